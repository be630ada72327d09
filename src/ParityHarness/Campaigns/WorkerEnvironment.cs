namespace ParityHarness.Campaigns;

/// <summary>What stands in a worker's environment unless the user has set it: workers share the cores among them.</summary>
internal static class WorkerEnvironment
{
    /// <summary>Names and values.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Defaults { get; } =
    [
        new("OMP_NUM_THREADS", "1"),
        new("OPENBLAS_NUM_THREADS", "1"),
        new("MKL_NUM_THREADS", "1"),
        new("OMP_WAIT_POLICY", "PASSIVE"),
        new("DOTNET_gcServer", "0"),
    ];
}
