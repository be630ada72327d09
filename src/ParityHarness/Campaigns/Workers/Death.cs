using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Campaigns.Workers;

/// <summary>How a worker ended, and at what.</summary>
/// <param name="Index">The case.</param>
/// <param name="Phase">What it was doing with it.</param>
/// <param name="Check">In which way it was asking a side again.</param>
/// <param name="Cause">Why it ended.</param>
/// <param name="Epitaph">The same in words.</param>
/// <param name="Hung">Whether it was ended by us since it did not answer.</param>
/// <param name="Killed">Whether something from outside has ended it.</param>
internal readonly record struct Death(long Index, Phase Phase, RepetitionCheck Check, FaultCause Cause, string Epitaph, bool Hung, bool Killed);
