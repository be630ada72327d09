using System.Text.Json.Serialization;

namespace ParityHarness.Campaigns;

/// <summary>The table's JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(ConformanceTable))]
internal sealed partial class ConformanceJson : JsonSerializerContext;
