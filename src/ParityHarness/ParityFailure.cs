namespace ParityHarness;

/// <summary>A problem in which parity does not hold.</summary>
/// <param name="Problem">The problem's line: runs it again by <see cref="ParityOptions.Problems"/>, or by parity run --problem.</param>
/// <param name="Detail">What is wrong, in one sentence.</param>
public sealed record ParityFailure(string Problem, string Detail);
