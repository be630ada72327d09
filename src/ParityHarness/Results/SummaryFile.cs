using System.Text.Json;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>
/// summary.json: what came of a run, whole, but for its rows, which are in mismatches.csv. Everything stands by its name, so that a
/// class or a count added later does not break a file of today.
/// </summary>
internal static class SummaryFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "summary.json";

    /// <summary>The form of the file.</summary>
    public const int Format = 1;

    /// <summary>Writes the file into the folder of a run, wholly or not at all.</summary>
    /// <exception cref="FixtureException">It cannot be written.</exception>
    public static void Write(string folder, CampaignResult result) =>
        WholeFile.Write(Path.Combine(folder, Name), JsonSerializer.Serialize(SummaryContent.Of(result), ResultsJson.Readable.SummaryContent) + "\n");

    /// <summary>Reads the file of a folder; <see cref="CampaignResult.FirstRows"/> stays empty.</summary>
    /// <exception cref="FixtureException">It is not there, cannot be read, or is of another form.</exception>
    public static CampaignResult Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            throw new FixtureException(path, Directory.Exists(folder)
                ? "there is no such file; a run that was killed leaves none, start it again"
                : "there is no such folder; name the --out of a run");
        }

        try
        {
            var content = JsonSerializer.Deserialize(File.ReadAllText(path), ResultsJson.Default.SummaryContent) ?? throw new JsonException("is empty");
            return content.Format == Format
                ? content.Result(folder)
                : throw new FixtureException(path, $"is of format {content.Format}; this version reads {Format}: run it again");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FixtureException(path, $"cannot be read: {e.Message}");
        }
    }
}
