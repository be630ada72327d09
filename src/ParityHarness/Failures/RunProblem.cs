using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>A problem of a run, and how it ended.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Failure">In which way it failed; null where it did not.</param>
internal readonly record struct RunProblem(Problem Problem, FailureKind? Failure);
