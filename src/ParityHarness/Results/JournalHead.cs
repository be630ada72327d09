namespace ParityHarness.Results;

/// <summary>The first line of a journal.</summary>
/// <param name="Format">The form of the file.</param>
/// <param name="Subject">What is run, with its versions.</param>
internal sealed record JournalHead(string Format, string Subject);
