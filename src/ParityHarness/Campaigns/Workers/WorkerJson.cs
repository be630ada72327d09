using System.Text.Json.Serialization;

namespace ParityHarness.Campaigns.Workers;

/// <summary>What crosses the pipes between the coordinator and its workers, in the form of <see cref="Results.ResultsJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Results.CampaignSettings))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(WorkerAnswer))]
internal sealed partial class WorkerJson : JsonSerializerContext;
