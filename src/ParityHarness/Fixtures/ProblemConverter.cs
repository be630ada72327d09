using System.Text.Json;
using System.Text.Json.Serialization;

using ParityHarness.Problems;

namespace ParityHarness.Fixtures;

/// <summary>A problem as its line in JSON.</summary>
internal sealed class ProblemConverter : JsonConverter<Problem>
{
    /// <inheritdoc/>
    public override Problem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return ProblemText.Parse(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Problem value, JsonSerializerOptions options) => writer.WriteStringValue(ProblemText.Format(value));
}
