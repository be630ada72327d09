using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Campaigns;

/// <summary>One problem to be run, and where it comes from.</summary>
/// <param name="Name">A fixture row's name, or fuzz:INDEX.</param>
/// <param name="Problem">What is asked.</param>
/// <param name="Expected">The fixture row whose recorded answer both sides are held against, or null.</param>
/// <param name="Witness">The divergence that the problem must show, or null.</param>
internal sealed record Case(string Name, Problem Problem, FixtureRow? Expected = null, Divergence? Witness = null);
