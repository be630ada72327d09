namespace ParityHarness.Cli;

/// <summary>Where the project's own files are.</summary>
internal static class ProjectFiles
{
    /// <summary>The fixtures folder: the one here, else the one of the checkout that this program was built in; or null.</summary>
    public static string? Fixtures()
    {
        if (File.Exists(Path.Combine("fixtures", "divergences.csv")))
        {
            return Path.GetFullPath("fixtures");
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ParityHarness.sln")))
            {
                return Path.Combine(folder.FullName, "fixtures");
            }
        }

        return null;
    }
}
