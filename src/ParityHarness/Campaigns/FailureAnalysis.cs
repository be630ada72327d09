using System.Diagnostics;

using ParityHarness.Failures;
using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>At the end of a run: failures are shrunk and diagnosed, and those of one cause, whatever their kinds, are counted together.</summary>
/// <param name="settings">Reference, candidate, and how they are judged.</param>
/// <param name="limits">Whether in process; the program that is a worker.</param>
/// <param name="budget">How long all of it may take; what is not shrunk by then is reported as it was found.</param>
/// <param name="candidate">The candidate, in process, where it is not to be made by its name.</param>
internal sealed class FailureAnalysis(CampaignSettings settings, CampaignLimits limits, TimeSpan budget, IRunner? candidate = null)
{
    private const int MostCauses = 12;
    private const int MostProblems = 100_000;
    private const int MostDeaths = 8;
    private const int FewestReasons = 3;
    private static readonly TimeSpan DiagnosisTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShrinkTime = TimeSpan.FromSeconds(15);

    private const string NotAgain = "it does not fail when it is run again: the result depends on the calls before it, or on chance";
    private const string OtherwiseAgain = "it fails in another way when it is run again: the result depends on the calls before it, or on chance";

    private readonly Stopwatch _clock = new();

    /// <summary>The problems of a run of generated or given problems, with their indices; of a long run the first.</summary>
    public static IEnumerable<(long Index, Problem Problem)> Tried(CampaignSettings settings, RunnerInfo candidate, IReadOnlyList<(long Start, long End)> ranges)
    {
        var source = CaseSource.Of(settings);
        var (where, scope) = (settings.WhereCondition, settings.ScopeOf(candidate.Scope));
        return ranges.SelectMany(range => Indices(range.Start, range.End)).Select(index => (index, source.At(index).Problem))
            .Where(one => where?.Covers(one.Problem) != false && scope.Covers(one.Problem)).Take(MostProblems);

        static IEnumerable<long> Indices(long start, long end)
        {
            for (var index = start; index < end; index++)
            {
                yield return index;
            }
        }
    }

    /// <summary>The causes, the most frequent first.</summary>
    /// <param name="kinds">What failed.</param>
    /// <param name="tried">All problems of the run with their indices, which <see cref="Tried"/> gives; none where they are not known.</param>
    /// <exception cref="HarnessException">A worker could not be started.</exception>
    public IReadOnlyList<Failure> Run(FailureKinds kinds, IEnumerable<(long Index, Problem Problem)>? tried = null)
    {
        // What is taken where PyTorch rejects comes after what is wrong where PyTorch answers.
        var waiting = kinds.All.OrderBy(k => k.Kind.Reference.Kind == OutcomeKind.Rejected).ToList();
        if (waiting.Count == 0)
        {
            return [];
        }

        _clock.Restart();
        RunProblem[] problems = [.. (tried ?? []).Select(one => new RunProblem(one.Problem, kinds.Of(one.Index)))];
        var groups = new List<Group>();
        // A hang is tried again and again while it is shrunk; a small problem tells in a second whether it hangs.
        var brief = waiting.All(kind => kind.Kind.Reference.Fault == FaultCause.Timeout || kind.Kind.Candidate.Fault == FaultCause.Timeout) ? settings with { TimeoutSeconds = Math.Min(settings.TimeoutSeconds, 1) } : settings;
        using var trials = new Trials(brief, limits, candidate);
        // The reference is asked as a candidate, beside the oracle, where it is the one that is wrong.
        Trials? ofReference = null;
        try
        {
            while (waiting.Count > 0)
            {
                var (kind, row, count) = waiting[0];
                waiting.RemoveAt(0);
                var left = budget - _clock.Elapsed;
                if (left <= TimeSpan.Zero || groups.Count >= MostCauses)
                {
                    groups.Add(new Group(new Failure { Row = row, Count = count, Found = row.ProblemLine, Smallest = row.Fixture.Problem.ToString(), Kinds = [new(kind.ToString(), count)] }, Cause.Unknown, [kind]));
                    continue;
                }

                var isReferences = row.Side == Side.Reference && settings.Reference is not ("oracle" or "recorded");
                if (isReferences)
                {
                    ofReference ??= new Trials(brief with { Reference = "oracle", Candidate = settings.Reference }, limits);
                }

                var blamed = isReferences ? ofReference! : trials;
                var share = left / (waiting.Count + 1);
                var group = Analyse(kind, row, count, trials, blamed, problems, share < ShrinkTime ? share : ShrinkTime);
                foreach (var other in waiting.Where(other => (other.Row.Side == Side.Reference) == (row.Side == Side.Reference) && IsOfCause(group, other.Kind, kinds.Smallest(other.Kind), blamed, problems)).ToArray())
                {
                    waiting.Remove(other);
                    group = group.With(other.Kind, other.Count);
                }

                groups.Add(group);
            }
        }
        finally
        {
            ofReference?.Dispose();
        }

        return
        [
            .. Accepting(Merged(groups)).Select(g => g.Failure with { Area = AreaSearch.Find(problems, g.Kinds, g.Cause.Condition) })
                .OrderBy(f => f.Row.ReferenceAnswer.Kind == OutcomeKind.Rejected).ThenByDescending(f => f.Count),
        ];
    }

    /// <summary>Shrinks and explains one problem; for <c>parity shrink</c> too.</summary>
    /// <param name="kind">In which way it fails.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="trials">Runs problems.</param>
    /// <param name="blamed">Runs problems on the side that is to be explained, as a candidate.</param>
    /// <param name="budget">How long shrinking may take.</param>
    /// <param name="problems">All problems of the run; empty where there was none.</param>
    public static Explanation Explain(FailureKind kind, Problem problem, Trials trials, Trials blamed, TimeSpan budget, IReadOnlyList<RunProblem>? problems = null)
    {
        var once = IsSeenOnce(kind);
        var diagnoser = new Diagnoser(p => blamed.Run(p, once), p => blamed.Run(p), budget < DiagnosisTime ? budget : DiagnosisTime);
        var isCandidates = ReferenceEquals(trials, blamed);
        // Each death costs a worker, and each hang a second: where the process ends, numbers seldom matter.
        var isDeadly = kind.EndsProcess;
        var deaths = 0;
        var shrinker = new Shrinker(
            smaller =>
            {
                if (deaths >= MostDeaths || trials.Run(smaller, once) is not { } result)
                {
                    return false;
                }

                if (isCandidates)
                {
                    diagnoser.AddTried(smaller, result);
                }

                deaths += isDeadly && FailureKind.Of(result) is { EndsProcess: true } ? 1 : 0;
                return IsOf(kind, result);
            },
            budget,
            withNumbers: !isDeadly);
        var smallest = shrinker.Shrink(problem);
        var last = trials.Run(smallest, once)!;
        if (FailureKind.Of(last) is null)
        {
            return new Explanation(smallest, last, shrinker.Tried, shrinker.IsCutShort, new Cause(NotAgain));
        }

        if (!IsOf(kind, last))
        {
            return new Explanation(smallest, last, shrinker.Tried, shrinker.IsCutShort, new Cause(OtherwiseAgain));
        }

        RunProblem[] alike = [.. (problems ?? []).Where(p => p.Failure is null || p.Failure == kind)];
        var evidence = isCandidates ? last : blamed.Run(smallest, once);
        var cause = evidence is null || FailureKind.Of(evidence) is null
            ? Cause.Unknown
            : diagnoser.Explain(smallest, evidence, [.. alike.Where(p => p.Failure is not null).Select(p => p.Problem)], [.. alike.Where(p => p.Failure is null).Select(p => p.Problem)]);
        return new Explanation(smallest, last, shrinker.Tried, shrinker.IsCutShort, cause);
    }

    /// <summary>Whether a failure of this kind shows in a first answer; a crash may be the harmful end of what a guard page shows better.</summary>
    private static bool IsSeenOnce(FailureKind kind) => kind.Check == RepetitionCheck.None && kind.Kind != MismatchKind.Relation && kind.Candidate.Fault != FaultCause.InvalidAccess;

    private static bool IsOf(FailureKind kind, ResultRow row) =>
        FailureKind.Of(row) == kind || (kind.Candidate.Fault == FaultCause.InvalidAccess && row.Fault is FaultCause.BeyondEnd or FaultCause.BeforeStart);

    private static Group Analyse(FailureKind kind, ResultRow row, long count, Trials trials, Trials blamed, IReadOnlyList<RunProblem> problems, TimeSpan budget)
    {
        var failure = new Failure { Row = row, Count = count, Found = row.ProblemLine, Smallest = row.Fixture.Problem.ToString(), Kinds = [new(kind.ToString(), count)] };
        foreach (var problem in Readings(row))
        {
            if (trials.Run(problem, IsSeenOnce(kind)) is { } again && IsOf(kind, again))
            {
                var explained = Explain(kind, problem, trials, blamed, budget, problems);
                failure = failure with
                {
                    Row = FailureKind.Of(explained.Row) is null ? row : explained.Row with { Name = row.Name, Index = row.Index },
                    Found = problem.ToString(),
                    Smallest = explained.Smallest.ToString(),
                    Tried = explained.Tried,
                    Diagnosis = explained.Diagnosis,
                };
                return new Group(failure, explained.Cause, [kind]);
            }
        }

        return new Group(failure with { Diagnosis = NotAgain }, new Cause(NotAgain), [kind]);
    }

    /// <summary>
    /// Whether failures of another kind are of a group's cause: their answers are those that it predicts; or, where it predicts none, all
    /// of them lie where it was found to act.
    /// </summary>
    private static bool IsOfCause(Group group, FailureKind kind, IReadOnlyList<ResultRow> smallest, Trials blamed, IReadOnlyList<RunProblem> problems)
    {
        var isEnvironment = kind.Kind == MismatchKind.Environment;
        if ((group.Cause.Words.Length == 0 && kind.Kind != MismatchKind.Fault) || isEnvironment || group.Failure.Row.Kind == MismatchKind.Environment)
        {
            return isEnvironment && group.Failure.Row.Kind == MismatchKind.Environment;
        }

        if (kind.Kind == MismatchKind.Fault && group.Kinds.Any(known => known == kind with { Reference = known.Reference }))
        {
            return true; // who faults does so whatever the other side answers
        }

        if (group.Cause.Hypothesis is not null && kind.Kind is not (MismatchKind.Fault or MismatchKind.Relation) && kind.Check == RepetitionCheck.None)
        {
            bool?[] answers = [.. smallest.SelectMany(Readings).Select(p => blamed.Run(p, once: true) is { } row ? group.Cause.Explains(p, row) : null)];
            if (answers.Any(answer => answer is not null))
            {
                return answers.Contains(true) && !answers.Contains(false);
            }
        }

        Problem[] alike = [.. problems.Where(p => p.Failure == kind).Select(p => p.Problem)];
        alike = alike.Length > 0 ? alike : [.. smallest.Select(row => row.Problem)];
        var isBeside = kind is { Kind: MismatchKind.Repetition, Check: RepetitionCheck.Neighbour or RepetitionCheck.OtherLength or RepetitionCheck.OtherDType };
        if (kind.Kind == MismatchKind.Relation || isBeside)
        {
            // The answer to this problem is right: it is the related one, or the one asked beside it, that is wrong by itself.
            alike = [.. alike.Select(p => Related(p, kind.Check))];
            return alike.Take(4).All(p => blamed.Run(p, once: true) is { Verdict: Verdict.Failed } row && (group.Cause.Explains(p, row) ?? group.Cause.Condition?.Holds(p)) == true);
        }

        return group.Cause.Condition is { } condition ? alike.All(condition.Holds) : group.Cause.Hypothesis is not null && alike.All(group.Cause.PredictsOtherShape);
    }

    /// <summary>A problem that a relation asks for beside the given one.</summary>
    private static Problem Related(Problem problem, RepetitionCheck check) => check switch
    {
        RepetitionCheck.Rows => problem with { Unbatched = true, Batch = 1 },
        RepetitionCheck.Groups => problem with { InChannels = problem.InChannels / Math.Max(1, problem.Groups), OutChannels = problem.OutChannels / Math.Max(1, problem.Groups), Groups = 1 },
        RepetitionCheck.Zeros => problem with { Length = (problem.Length - 1) * problem.Stride + 1 + problem.OutputPadding, Stride = 1, OutputPadding = 0 },
        _ => StateChecks.Other(problem, check) ?? problem,
    };

    /// <summary>The problem of a row: by its seed, and by the numbers that stand in it.</summary>
    private static IEnumerable<Problem> Readings(ResultRow row)
    {
        yield return row.Problem;
        if (row.Fixture.Problem is { InputValues: not null, WeightValues: not null } literal)
        {
            yield return literal;
        }
    }

    /// <summary>Who takes problems that PyTorch rejects for several reasons does not look for them: that is one cause.</summary>
    private static IEnumerable<Group> Accepting(IReadOnlyList<Group> groups)
    {
        Group[] accepting = [.. groups.Where(g => g.Cause.Hypothesis is null && g.Failure.Row is { Kind: MismatchKind.Outcome, CandidateAnswer.Kind: OutcomeKind.Completed, ReferenceAnswer.Kind: OutcomeKind.Rejected }).OrderByDescending(g => g.Failure.Count)];
        if (accepting.Length < FewestReasons)
        {
            return groups;
        }

        var cause = new Cause($"accepts what PyTorch rejects: {string.Join(", ", accepting.Select(g => ReasonText.Format(g.Failure.Row.ReferenceAnswer.Reason).Replace('_', ' ')))}");
        return [.. groups.Except(accepting), Together(accepting) is var all ? all with { Cause = cause, Failure = all.Failure with { Diagnosis = cause.Words } } : all];
    }

    /// <summary>Several groups as one; the smallest problem stands for all.</summary>
    private static Group Together(IEnumerable<Group> groups)
    {
        Group[] all = [.. groups];
        var smallest = all.MinBy(g => ProblemSize.MultiplyAdds(g.Failure.Row.Problem))!;
        return smallest with
        {
            Kinds = [.. all.SelectMany(g => g.Kinds)],
            Failure = smallest.Failure with
            {
                Count = all.Sum(g => g.Failure.Count),
                Tried = all.Sum(g => g.Failure.Tried),
                Kinds = [.. all.SelectMany(g => g.Failure.Kinds).OrderByDescending(share => share.Count)],
            },
        };
    }

    /// <summary>
    /// What has one cause is one failure; the smallest problem stands for all. Where some failures come and go, those that other
    /// answers to the same question gave are of that cause too.
    /// </summary>
    private static List<Group> Merged(List<Group> groups)
    {
        var comesAndGoes = groups.Any(g => g.Cause.Words is NotAgain or OtherwiseAgain);
        return
        [
            .. groups
                .Select(g => comesAndGoes && g.Failure.Row.Kind == MismatchKind.Repetition ? g with { Cause = new Cause(NotAgain), Failure = g.Failure with { Diagnosis = NotAgain } } : g)
                .GroupBy(g => g.Cause.Words.Length == 0 ? FailureKind.Of(g.Failure.Row)!.ToString() : g.Cause.Words, StringComparer.Ordinal)
                .Select(Together),
        ];
    }

    /// <summary>Failures of one cause, and their kinds.</summary>
    private sealed record Group(Failure Failure, Cause Cause, HashSet<FailureKind> Kinds)
    {
        public Group With(FailureKind kind, long count) => this with
        {
            Kinds = [.. Kinds, kind],
            Failure = Failure with { Count = Failure.Count + count, Kinds = [.. Failure.Kinds, new FailureShare(kind.ToString(), count)] },
        };
    }
}
