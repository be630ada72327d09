using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>A known divergence that only one of two versions of a library has.</summary>
/// <param name="Version">The version that has it.</param>
/// <param name="Name">The divergence's name.</param>
/// <param name="Witness">A problem that shows it.</param>
internal sealed record OneSidedDivergence(RunnerInfo Version, string Name, string Witness);
