using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>How a side failed at a case at which it is not asked any more.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Message">The same for people, without the side's name.</param>
/// <param name="Check">In which way it was being asked again.</param>
internal sealed record Fault(FaultCause Cause, string Message, RepetitionCheck Check = RepetitionCheck.None);
