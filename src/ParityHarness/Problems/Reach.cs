namespace ParityHarness.Problems;

/// <summary>Which inputs a tap brings into which outputs: input l goes to output Output + (l - First)*stride.</summary>
/// <param name="Tap">k.</param>
/// <param name="First">The first input position.</param>
/// <param name="End">The one after the last.</param>
/// <param name="Output">The output position that <paramref name="First"/> goes to.</param>
internal readonly record struct Reach(long Tap, long First, long End, long Output);
