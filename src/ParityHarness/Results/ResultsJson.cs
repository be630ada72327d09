using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ParityHarness.Results;

/// <summary>The form in which results cross a process or a restart: one JSON for the workers' pipes, the journal, run.json and summary.json.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TallyContent))]
[JsonSerializable(typeof(CampaignSettings))]
[JsonSerializable(typeof(RunIdentity))]
[JsonSerializable(typeof(SummaryContent))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(JournalHead))]
internal sealed partial class ResultsJson : JsonSerializerContext
{
    /// <summary>The same for files that people look at.</summary>
    public static ResultsJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
