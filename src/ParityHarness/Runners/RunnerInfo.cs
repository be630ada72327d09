namespace ParityHarness.Runners;

/// <summary>Who computed: stands in every result.</summary>
/// <param name="Name">The name by which the runner was chosen.</param>
/// <param name="Version">The version of what computes.</param>
/// <param name="Details">Further facts for people.</param>
internal sealed record RunnerInfo(string Name, string Version, string Details)
{
    /// <summary>What it offers, by the words of --only, e.g. float32,forward; empty for everything.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Name and version, e.g. libtorch 1.13.1.</summary>
    public string Label => Version.Length == 0 ? Name : $"{Name} {Version}";

    /// <summary>The facts of a runner.</summary>
    public static RunnerInfo Of(IRunner runner) => new(runner.Name, OneLine.Of(runner.Version), OneLine.Of(runner.Details)) { Scope = OneLine.Of(runner.Scope) };
}
