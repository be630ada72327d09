using System.Diagnostics.CodeAnalysis;

namespace ParityHarness.Runners.Native;

/// <summary>Where the runner libraries are that scripts/setup builds from src/native.</summary>
internal static class NativeLibraries
{
    /// <summary>Environment variable that names the one folder to look in.</summary>
    public const string DirectoryVariable = "PARITY_NATIVE_DIR";

    /// <summary>
    /// Looks for lib<paramref name="name"/>.so in the folder that PARITY_NATIVE_DIR names; without it beside the
    /// program, then in build/native of the repository that the program stands in.
    /// </summary>
    /// <param name="name">Without prefix and ending, e.g. parity_libtorch.</param>
    /// <param name="path">The library, when found.</param>
    /// <param name="why">Why there is none and what to do, when not.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? why)
    {
        path = null;
        why = null;
        var file = $"lib{name}.so";
        if (!OperatingSystem.IsLinux())
        {
            why = $"{file} is built on Linux only";
            return false;
        }

        if (Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } named)
        {
            var there = Path.GetFullPath(Path.Combine(named, file));
            if (File.Exists(there))
            {
                path = there;
                return true;
            }

            why = $"{DirectoryVariable} is {named}, and there is no {file} in it";
            return false;
        }

        var beside = Path.Combine(AppContext.BaseDirectory, file);
        if (File.Exists(beside))
        {
            path = beside;
            return true;
        }

        if (RepositoryRoot() is not { } root)
        {
            why = $"{file} is not beside the program; set {DirectoryVariable} to its folder";
            return false;
        }

        var built = Path.Combine(root, "build", "native", file);
        if (File.Exists(built))
        {
            path = built;
            return true;
        }

        why = $"build/native/{file} is not built; {(name == "parity_onednn" ? "install oneDNN 2.x (Debian 12: apt-get install libdnnl-dev) and " : "")}run scripts/setup";
        return false;
    }

    /// <summary>The folder of ParityHarness.sln, at or above the program; null outside the repository.</summary>
    public static string? RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ParityHarness.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
