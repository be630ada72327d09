using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>What a side did otherwise when it was asked again, or for a related problem.</summary>
/// <param name="Kind">In what the answers differ.</param>
/// <param name="Detail">The same as a sentence without its subject.</param>
/// <param name="Check">In which way it was asked.</param>
/// <param name="Cause">Why it failed; none where it only answered otherwise.</param>
/// <param name="FirstWrong">Flat index of the first output that differs, or -1.</param>
/// <param name="WrongElements">How many differ.</param>
internal sealed record Repetition(MismatchKind Kind, string Detail, RepetitionCheck Check = RepetitionCheck.None, FaultCause Cause = FaultCause.None, long FirstWrong = -1, long WrongElements = 0);
