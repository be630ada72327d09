using System.Text;

namespace ParityHarness.Records;

/// <summary>Writes files that are there wholly or not at all.</summary>
public static class WholeFile
{
    /// <summary>Replaces a file by a text: written beside it, then renamed.</summary>
    /// <exception cref="FixtureException">It cannot be written; the old file stands, and nothing is left beside it.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(beside);
            throw new FixtureException(path, $"cannot be written: {e.Message}");
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
