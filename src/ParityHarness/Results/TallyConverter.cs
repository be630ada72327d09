using System.Text.Json;
using System.Text.Json.Serialization;

namespace ParityHarness.Results;

/// <summary>A <see cref="Tally"/> as JSON, by <see cref="TallyContent"/>.</summary>
internal sealed class TallyConverter : JsonConverter<Tally>
{
    /// <inheritdoc/>
    public override Tally Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return (JsonSerializer.Deserialize(ref reader, ResultsJson.Default.TallyContent) ?? throw new JsonException("the tally is missing")).Read();
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Tally value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, TallyContent.Of(value), ResultsJson.Default.TallyContent);
}
