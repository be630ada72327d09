namespace ParityHarness.Results;

/// <summary>A line of a journal: a range was committed.</summary>
/// <param name="Rows">The length of mismatches.csv in bytes, which holds the rows of all that is done.</param>
/// <param name="RowsSum">The checksum of these bytes, by <see cref="MismatchWriter.Sum"/>.</param>
/// <param name="Checkpoint">How far the run has come.</param>
internal sealed record JournalEntry(long Rows, string RowsSum, Checkpoint Checkpoint);
