namespace ParityHarness.Tests.Fixtures;

/// <summary>A folder of one test's files, and the repository's fixtures.</summary>
internal sealed class RecordsFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("parity-records-").FullName;

    public static string Fixtures
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(System.IO.Path.Combine(folder.FullName, "ParityHarness.sln")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("ParityHarness.sln stands in no folder above the tests");
            }

            return System.IO.Path.Combine(folder.FullName, "fixtures");
        }
    }

    public static string Fixture(string name) => System.IO.Path.Combine(Fixtures, name);

    public string Named(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Named(name), text);
        return Named(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
