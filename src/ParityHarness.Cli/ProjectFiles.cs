using ParityHarness.Runners.Native;

namespace ParityHarness.Cli;

/// <summary>Where the project's own files are.</summary>
internal static class ProjectFiles
{
    /// <summary>
    /// The fixtures folder: the one here, else the one of the checkout that this program was built in, else the one
    /// beside a program that was published; or null.
    /// </summary>
    public static string? Fixtures()
    {
        if (File.Exists(Path.Combine("fixtures", "divergences.csv")))
        {
            return Path.GetFullPath("fixtures");
        }

        if (NativeLibraries.RepositoryRoot() is { } root)
        {
            return Path.Combine(root, "fixtures");
        }

        var beside = Path.Combine(AppContext.BaseDirectory, "fixtures");
        return Directory.Exists(beside) ? beside : null;
    }
}
