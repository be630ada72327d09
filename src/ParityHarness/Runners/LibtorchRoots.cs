using System.Diagnostics.CodeAnalysis;

namespace ParityHarness.Runners;

/// <summary>
/// Other versions of libtorch, each with its own C library in a root below build/roots, e.g. libtorch@2.6. A process
/// holds only one libtorch: these run in processes of their own, by their root's loader.
/// </summary>
public static class LibtorchRoots
{
    /// <summary>What stands before the version in the runner's name.</summary>
    public const string Prefix = "libtorch@";

    /// <summary>The version that a script of this project brings.</summary>
    public const string Brought = "2.6";

    /// <summary>Starts a libtorch.</summary>
    /// <param name="name">The runner's name, e.g. libtorch@2.6:avx2.</param>
    /// <param name="library">The name without the level.</param>
    /// <param name="environment">What holds it to the level.</param>
    /// <exception cref="RunnerLoadException">It is not there, or does not start.</exception>
    public static ExecRunner Start(string name, string library, IReadOnlyList<KeyValuePair<string, string>> environment)
    {
        if (!TryFind(library, out var folders, out var why))
        {
            throw new RunnerLoadException(why);
        }

        var (libraries, native) = folders.Value;
        return new ExecRunner(
            name,
            Path.Combine(libraries, "ld-linux-x86-64.so.2"),
            [
                "--library-path", $"{Path.Combine(libraries, "openblas-pthread")}:{libraries}",
                Path.Combine(native, "parity_serve"), Path.Combine(native, "libparity_libtorch.so"),
            ],
            environment);
    }

    /// <summary>Why a libtorch cannot be had here and what to do, or null where it can, as far as can be told without starting it.</summary>
    public static string? WhyNot(string name) => TryFind(name, out _, out var why) ? null : why;

    private static bool TryFind(string name, [NotNullWhen(true)] out (string Libraries, string Native)? folders, [NotNullWhen(false)] out string? why)
    {
        folders = null;
        why = null;
        var version = name[Prefix.Length..];
        if (NativeLibraries.RepositoryRoot() is not { } repository)
        {
            why = $"{name}: other versions of libtorch stand in build/roots of the repository, and the program is not in one";
        }
        else if (version.Length == 0 || version.Contains('/', StringComparison.Ordinal) || !File.Exists(Path.Combine(repository, "scripts", "libtorch-" + version)))
        {
            why = $"there is no runner '{name}'; there is {Prefix}{Brought}, which scripts/libtorch-{Brought} brings";
        }
        else
        {
            var libraries = Path.Combine(repository, "build", "roots", "libtorch-" + version, "usr", "lib", "x86_64-linux-gnu");
            var native = Path.Combine(repository, "build", "native-" + version);
            if (File.Exists(Path.Combine(libraries, "ld-linux-x86-64.so.2")) && File.Exists(Path.Combine(native, "stamp")))
            {
                folders = (libraries, native);
            }
            else
            {
                why = $"{name} is not there; run scripts/libtorch-{version}";
            }
        }

        return why is null;
    }
}
