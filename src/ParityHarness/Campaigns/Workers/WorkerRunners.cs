using ParityHarness.Runners;

namespace ParityHarness.Campaigns.Workers;

/// <summary>The runners that a worker has loaded.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Candidate">The candidate.</param>
/// <param name="Witnesses">How many witnesses of known divergences there are.</param>
internal sealed record WorkerRunners(RunnerInfo Reference, RunnerInfo Candidate, int Witnesses);
