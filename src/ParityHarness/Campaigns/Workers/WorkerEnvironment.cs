namespace ParityHarness.Campaigns.Workers;

/// <summary>What stands in a worker's environment unless the user has set it: workers share the cores and the memory among them.</summary>
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
        // Else it goes by the size of the last cache, and each worker takes some 30 MB more.
        new("DOTNET_GCgen0size", "0x400000"),
        new("DOTNET_GCConserveMemory", "9"),
        // A fuzz hardly ever asks for one shape twice: a thousand shapes kept, as by default, are 50 MB for nothing.
        new("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64"),
    ];
}
