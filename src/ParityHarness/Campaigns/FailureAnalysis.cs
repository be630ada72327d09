using System.Diagnostics;

using ParityHarness.Failures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>At the end of a run: each kind of failure is shrunk and diagnosed, and those of one cause are counted together.</summary>
/// <param name="settings">Reference, candidate, and how they are judged.</param>
/// <param name="limits">Whether in process; the program that is a worker.</param>
/// <param name="budget">How long all of it may take; what is not shrunk by then is reported as it was found.</param>
internal sealed class FailureAnalysis(CampaignSettings settings, CampaignLimits limits, TimeSpan budget)
{
    private const int MostKinds = 12;
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);

    private const string NotAgain = "it does not fail when it is run again: the result depends on the calls before it, or on chance";
    private const string OtherwiseAgain = "it fails in another way when it is run again: the result depends on the calls before it, or on chance";

    /// <summary>The distinct failures, the most frequent first.</summary>
    /// <exception cref="HarnessException">A worker could not be started.</exception>
    public IReadOnlyList<Failure> Run(FailureKinds kinds)
    {
        var all = kinds.All;
        if (all.Count == 0)
        {
            return [];
        }

        var clock = Stopwatch.StartNew();
        var failures = new List<Failure>();
        // A hang is tried again and again while it is shrunk; a small problem tells in a second whether it hangs.
        var brief = all.All(kind => kind.Kind.Reference.Fault == FaultCause.Timeout || kind.Kind.Candidate.Fault == FaultCause.Timeout) ? settings with { TimeoutSeconds = Math.Min(settings.TimeoutSeconds, 1) } : settings;
        using var trials = new Trials(brief, limits);
        // The reference is asked as a candidate, beside the oracle, where it is the one that is wrong.
        Trials? ofReference = null;
        try
        {
            foreach (var (kind, row, count) in all)
            {
                var left = budget - clock.Elapsed;
                if (left <= TimeSpan.Zero || failures.Count >= MostKinds)
                {
                    failures.Add(new Failure { Row = row, Count = count, Found = row.ProblemLine, Kinds = [new(kind.ToString(), count)] });
                    continue;
                }

                var isReferences = row.Side == Side.Reference && settings.Reference is not ("oracle" or "recorded");
                if (isReferences)
                {
                    ofReference ??= new Trials(brief with { Reference = "oracle", Candidate = settings.Reference }, limits);
                }

                failures.Add(Analyse(kind, row, count, trials, isReferences ? ofReference! : trials, left / (all.Count - failures.Count)) with { Kinds = [new(kind.ToString(), count)] });
            }
        }
        finally
        {
            ofReference?.Dispose();
        }

        return Grouped(failures);
    }

    /// <summary>Shrinks and explains one problem; for <c>parity shrink</c> too.</summary>
    /// <param name="kind">In which way it fails.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="trials">Runs problems.</param>
    /// <param name="blamed">Runs problems on the side that is to be explained, as a candidate.</param>
    /// <param name="budget">How long shrinking may take.</param>
    public static Explanation Explain(FailureKind kind, Problem problem, Trials trials, Trials blamed, TimeSpan budget)
    {
        var diagnoser = new Diagnoser(blamed.Run, budget < ProbeTime ? budget : ProbeTime);
        var isCandidates = ReferenceEquals(trials, blamed);
        var shrinker = new Shrinker(
            smaller =>
            {
                if (trials.Run(smaller) is not { } result)
                {
                    return false;
                }

                if (isCandidates)
                {
                    diagnoser.AddTried(smaller, result);
                }

                return FailureKind.Of(result) == kind;
            },
            budget);
        var smallest = shrinker.Shrink(problem);
        var last = trials.Run(smallest)!;
        if (FailureKind.Of(last) is null)
        {
            return new Explanation(smallest, last, shrinker.Tried, shrinker.IsCutShort, NotAgain);
        }

        if (FailureKind.Of(last) != kind)
        {
            return new Explanation(smallest, last, shrinker.Tried, shrinker.IsCutShort, OtherwiseAgain);
        }

        // A candidate that hangs or dies costs a worker each time: the shrinking tells enough.
        var isDeadly = shrinker.IsCutShort || last.Kind == MismatchKind.Fault;
        var evidence = isCandidates ? last : blamed.Run(smallest);
        var diagnosis = evidence is null || FailureKind.Of(evidence) is null ? "" : diagnoser.Explain(smallest, evidence, mayProbe: !isDeadly);
        return new Explanation(smallest, last, shrinker.Tried, shrinker.IsCutShort, diagnosis);
    }

    private static Failure Analyse(FailureKind kind, ResultRow row, long count, Trials trials, Trials blamed, TimeSpan budget)
    {
        foreach (var problem in Readings(row))
        {
            if (trials.Run(problem) is { } again && FailureKind.Of(again) == kind)
            {
                var explained = Explain(kind, problem, trials, blamed, budget);
                return new Failure
                {
                    Row = FailureKind.Of(explained.Row) is null ? row : explained.Row with { Name = row.Name, Index = row.Index },
                    Count = count,
                    Found = problem.ToString(),
                    Tried = explained.Tried,
                    Diagnosis = explained.Diagnosis,
                };
            }
        }

        return new Failure { Row = row, Count = count, Found = row.ProblemLine, Diagnosis = NotAgain };
    }

    /// <summary>The problem of a row: by its seed, and by the numbers that stand in it.</summary>
    private static IEnumerable<Problem> Readings(ResultRow row)
    {
        yield return row.Problem;
        if (row.Fixture.Problem is { InputValues: not null, WeightValues: not null } literal)
        {
            yield return literal;
        }
    }

    /// <summary>
    /// What has one cause is one failure, whether it showed in values, shapes or NaN; the smallest problem stands for all.
    /// Where some failures come and go, those that other answers to the same question gave are of that cause too.
    /// </summary>
    private static List<Failure> Grouped(List<Failure> failures)
    {
        var comesAndGoes = failures.Any(f => f.Diagnosis is NotAgain or OtherwiseAgain);
        return
        [
            .. failures
                .Select(f => comesAndGoes && f.Row.Kind == MismatchKind.Repetition ? f with { Diagnosis = NotAgain } : f)
                .GroupBy(f => f.Diagnosis.Length == 0 ? FailureKind.Of(f.Row)!.ToString() : f.Diagnosis, StringComparer.Ordinal)
                .Select(same => same.MinBy(f => ProblemSize.MultiplyAdds(f.Row.Problem))! with
                {
                    Count = same.Sum(f => f.Count),
                    Tried = same.Sum(f => f.Tried),
                    Kinds = [.. same.SelectMany(f => f.Kinds).OrderByDescending(share => share.Count)],
                })
                .OrderByDescending(f => f.Count),
        ];
    }
}
