using System.Globalization;

using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Results;

/// <summary>What came of a campaign; every report is made of it.</summary>
internal sealed record CampaignResult
{
    /// <summary>Share of mistrusted problems from which on a run fails.</summary>
    public const double MistrustedLimit = 0.01;

    /// <summary>Counts.</summary>
    public required Tally Tally { get; init; }

    /// <summary>What was to be done.</summary>
    public CampaignSettings Settings { get; init; } = new() { Reference = "", Candidate = "" };

    /// <summary>Number of problems asked for; null where all, or time alone, ended it.</summary>
    public long? Count { get; init; }

    /// <summary>The time asked for, or null.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Which shard this is, from 0.</summary>
    public long Shard { get; init; }

    /// <summary>Number of shards.</summary>
    public long Shards { get; init; } = 1;

    /// <summary>Ranges of indices that were run to their end, in order.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges { get; init; } = [];

    /// <summary>The harness' version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Processor, system and .NET, in one line.</summary>
    public string Machine { get; init; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>The command that does the same again.</summary>
    public string CommandLine => CommandText.Of(this);

    /// <summary>Who the candidate was held against.</summary>
    public required RunnerInfo Reference { get; init; }

    /// <summary>Who was under test.</summary>
    public required RunnerInfo Candidate { get; init; }

    /// <summary>The first rows of mismatches.csv.</summary>
    public IReadOnlyList<ResultRow> FirstRows { get; init; } = [];

    /// <summary>The distinct failures, shrunk and diagnosed, the most frequent first.</summary>
    public IReadOnlyList<Failure> Failures { get; init; } = [];

    /// <summary>Wall time.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Worker processes.</summary>
    public int Workers { get; init; }

    /// <summary>The checksum of mismatches.csv as the run wrote it, by <see cref="MismatchWriter.Sum"/>; empty where it is not known.</summary>
    public string RowsSum { get; init; } = "";

    /// <summary>The folder with mismatches.csv.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Coverage of the grid in one line, or null where fixtures were run.</summary>
    public string? Coverage { get; init; }

    /// <summary>Known divergences that were tried.</summary>
    public int WitnessesTried { get; init; }

    /// <summary>Those of them that no longer diverge.</summary>
    public int WitnessesGone { get; init; }

    /// <summary>The condition that was to hold for each problem, or null.</summary>
    public string? Where { get; init; }

    /// <summary>What was asked of the candidate.</summary>
    public Scope Scope => Settings.ScopeOf(Candidate.Scope);

    /// <summary>What stands in a verdict between "parity holds" and the reason; empty where nothing was outside of the scope.</summary>
    public string ForScope => Scope.IsAll ? "" : $" for {Scope.Title}";

    /// <summary>How many problems were outside of the scope, and why, in one line; null where it is everything.</summary>
    public string? OutsideScope => Scope.IsAll ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"outside of {string.Join(" and of ", ((string?[])[Settings.Only is { } only ? $"--only {only}" : null, Candidate.Scope.Length > 0 ? $"what the candidate offers ({Candidate.Scope})" : null]).Where(part => part is not null))}: {Tally[Counter.OutsideScope]:N0} of {Tally.Problems + Tally[Counter.OutsideScope]:N0} problems");

    /// <summary>
    /// Where two versions of one library were run: the divergences that only one of them has, with the version that has
    /// it. Null for other pairs.
    /// </summary>
    public IReadOnlyList<OneSidedDivergence>? OneSided { get; init; }

    /// <summary>Whether only problem lines were run.</summary>
    public bool LinesOnly { get; init; }

    /// <summary>Whether everything was run in one process.</summary>
    public bool InProcess { get; init; }

    /// <summary>Whether so many workers died that the campaign was ended early.</summary>
    public bool GaveUp { get; init; }

    /// <summary>Whether it was ended early by as many distinct kinds of failure as were asked for.</summary>
    public bool FoundEnough { get; init; }

    /// <summary>Whether no problem falls to this shard; then nothing is compared, and nothing is amiss.</summary>
    public bool IsEmptyShard { get; init; }

    /// <summary>Whether the user ended it early: what was not run may fail.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Whether parity holds.</summary>
    public bool Holds => WhyNot() is null;

    /// <summary>The verdict in one line.</summary>
    public string Why => WhyNot() ?? (IsEmptyShard ? "no problem falls to this shard" : $"{Tally.Problems:N0} problems: {Tally.Passed:N0} passed, {Tally.RejectedByBoth:N0} rejected by both, {Tally.Known:N0} known divergences, {Tally.Mistrusted:N0} mistrusted, {Tally.Unsupported:N0} unsupported{Judged}");

    /// <summary>How many of those that were tried somebody judged; empty where all were.</summary>
    private string Judged => Tally.Judged == Tally.Problems ? "" : $"; judged {Tally.Judged:N0} of {Tally.Problems:N0}";

    private string? WhyNot()
    {
        if (Tally.Failed > 0)
        {
            return $"{Tally.Failed:N0} of {Tally.Problems:N0} problems failed{Judged}{(Interrupted ? "; interrupted, so others may" : "")}{(GaveUp ? $"; ended early, after {Tally[Counter.Restarts]:N0} deaths of workers" : FoundEnough ? "; ended early, with as many kinds of failure as --max-failures allows" : "")}";
        }

        if (GaveUp)
        {
            return $"ended early, after {Tally[Counter.Restarts]:N0} deaths of workers";
        }

        if (Interrupted)
        {
            return $"interrupted after {Tally.Problems:N0} problems, none of which failed";
        }

        if (Tally.Problems == 0)
        {
            return IsEmptyShard ? null : Tally[Counter.OutsideScope] > 0 ? $"nothing was compared; {OutsideScope}" : "nothing was compared";
        }

        if (Tally.Mistrusted > MistrustedLimit * Tally.Problems)
        {
            return $"{Tally.Mistrusted:N0} of {Tally.Problems:N0} problems are mistrusted, more than {MistrustedLimit:P0}";
        }

        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            var problems = Tally.OfClass(c);
            if (problems > 0 && Tally.NotJudged(c) == problems && !IsLeftOut(c, problems) && !IsWithinLeftOut(c, problems))
            {
                return WhyNotJudged(c, problems);
            }
        }

        return null;
    }

    /// <summary>The dtypes that the candidate does not do and need not: of their problems it did none.</summary>
    public IReadOnlyList<string> NotDone => [.. Enumerable.Range(0, ProblemClasses.All.Count)
        .Where(c => IsLeftOut(c, Tally.OfClass(c)))
        .Select(c => ProblemClasses.All[c].Name)];

    private bool IsLeftOut(int index, long problems) =>
        problems > 0 && Tally.NotDone(index) == problems && (ProblemClasses.All[index].Class & ProblemClasses.Optional) != ProblemClass.None;

    /// <summary>Whether the candidate does none of a class of sizes since all its problems are of classes that are left out, as a size that only gradients have.</summary>
    private bool IsWithinLeftOut(int index, long problems)
    {
        var within = 0L;
        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            // Of an illegal gradient the rejection is right, and may be all that the candidate does of the class.
            var isLeftOut = (ProblemClasses.All[c].Class & ProblemClasses.Optional) != ProblemClass.None && Tally.OfClass(c, ProblemOutcome.Passed) + Tally.OfClass(c, ProblemOutcome.Failed) == 0;
            within += isLeftOut ? Tally.Pairs.Problems(Math.Min(c, index), Math.Max(c, index)) : 0;
        }

        return Tally.NotDone(index) == problems && within >= problems && ProblemClasses.All[index].Class >= ProblemClass.TermsAbove1024;
    }

    /// <summary>A class in which the candidate was judged neither by the reference nor by the oracle.</summary>
    private string WhyNotJudged(int index, long problems)
    {
        var (_, name, without) = ProblemClasses.All[index];
        if (Tally.NotDone(index) < problems)
        {
            return $"the class '{name}' has only problems that are mistrusted or that the candidate does not do";
        }

        var all = Where is null ? without : $"{Where} & {without}";
        return $"in the class '{name}' the candidate does nothing that can be judged{(without.Length == 0 ? "" : $"; --where \"{all}\" leaves it out")}";
    }
}
