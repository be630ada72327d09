namespace ParityHarness.Results;

/// <summary>Where the workers' time went, by name.</summary>
internal static class TallyTimes
{
    /// <summary>Each share in ticks of Stopwatch, all of it, and what came between two ranges.</summary>
    public static IReadOnlyList<(string Name, long Ticks)> Of(Tally tally) =>
    [
        ("reference", tally.ReferenceTicks),
        ("candidate", tally.CandidateTicks),
        ("oracle", tally.OracleTicks),
        ("data", tally.DataTicks),
        ("repetition", tally.RepetitionTicks),
        ("all", tally.AllTicks),
        ("handing over", tally.HandingOverTicks),
    ];

    /// <summary>Sets each share.</summary>
    internal static void Set(Tally tally, Func<string, long> ticks)
    {
        tally.ReferenceTicks = ticks("reference");
        tally.CandidateTicks = ticks("candidate");
        tally.OracleTicks = ticks("oracle");
        tally.DataTicks = ticks("data");
        tally.RepetitionTicks = ticks("repetition");
        tally.AllTicks = ticks("all");
        tally.HandingOverTicks = ticks("handing over");
    }
}
