using System.Text;

namespace ParityHarness.Fixtures;

/// <summary>Writes files that are there wholly or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Replaces a file by a text: written beside it, then renamed.</summary>
    /// <exception cref="FixtureException">It cannot be written; the old file stands, and nothing is left beside it.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, byte[] bytes) => Write(path, beside =>
    {
        using var file = new FileStream(beside, FileMode.Create, FileAccess.Write);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    });

    /// <summary>Replaces a file by what is written beside it, at the path that is given, then renamed.</summary>
    /// <exception cref="FixtureException">It cannot be written; the old file stands, and nothing is left beside it.</exception>
    public static void Write(string path, Action<string> write)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            write(beside);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, $"cannot be written: {e.Message}");
        }
        finally
        {
            Remove(beside);
        }
    }

    /// <summary>Makes a folder where there is none.</summary>
    /// <exception cref="FixtureException">It cannot be made.</exception>
    public static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(folder, $"cannot be made: {e.Message}");
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason why the file could not be written is the one to be told.
        }
    }
}
