namespace ParityHarness.Judging;

/// <summary>What a side did otherwise when it was asked again, or for a related problem.</summary>
/// <param name="Kind">In what the answers differ.</param>
/// <param name="Detail">The same as a sentence without its subject.</param>
/// <param name="FirstWrong">Flat index of the first output that differs, or -1.</param>
/// <param name="WrongElements">How many differ.</param>
internal sealed record Repetition(MismatchKind Kind, string Detail, long FirstWrong = -1, long WrongElements = 0);
