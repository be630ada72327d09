using System.Diagnostics;

using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>
/// Runs problems on the blamed side, so that what is said of it has been tried. None is run twice, and none after the time is over.
/// </summary>
/// <param name="run">Runs a problem; the blamed side is the candidate of the row. Null where its tensors cannot be made.</param>
/// <param name="budget">How long the experiments may take in all.</param>
internal sealed class Experiments(Func<Problem, ResultRow?> run, TimeSpan budget)
{
    /// <summary>Beside a problem whose padding takes nearly all of a huge output away stand some with all of it.</summary>
    private const long MostBytes = 64 << 20;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, Evidence?> _known = new(StringComparer.Ordinal);
    private readonly List<Evidence> _all = [];
    private readonly ulong[] _wide = Seeds(isWide: true);
    private readonly ulong[] _narrow = Seeds(isWide: false);

    /// <summary>What was run, in order.</summary>
    public IReadOnlyList<Evidence> All => _all;

    /// <summary>Deaths and hangs of the blamed side that experiments have cost.</summary>
    public int Deaths { get; private set; }

    /// <summary>How many deaths they may cost.</summary>
    public int MostDeaths { get; init; } = 6;

    /// <summary>Whether no more may be run.</summary>
    public bool IsOver => _clock.Elapsed >= budget || Deaths >= MostDeaths;

    /// <summary>Takes note of a problem that was run elsewhere.</summary>
    public Evidence Add(Problem problem, ResultRow row)
    {
        var evidence = Evidence.Of(problem, row);
        if (_known.TryAdd(problem.ToString(), evidence))
        {
            _all.Add(evidence);
        }

        return evidence;
    }

    /// <summary>What comes of a problem; null where it cannot be run, or there is no time.</summary>
    public Evidence? Run(Problem problem)
    {
        var key = problem.ToString();
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        if (IsOver || ProblemSize.Bytes(problem) > MostBytes)
        {
            return null;
        }

        var row = run(problem);
        var evidence = row is null ? null : Evidence.Of(problem, row);
        _known.Add(key, evidence);
        if (evidence is not null)
        {
            _all.Add(evidence);
            Deaths += evidence.EndedProcess ? 1 : 0;
        }

        return evidence;
    }

    /// <summary>
    /// What a problem's parameters do, whatever its numbers: true where one of several sets of numbers does, false where none does; null where that
    /// cannot be told.
    /// </summary>
    public bool? Any(Problem problem, Func<Evidence, bool?> does)
    {
        bool? any = null;
        foreach (var one in WithOtherNumbers(problem))
        {
            if (Run(one) is { } evidence && does(evidence) is { } answer)
            {
                if (answer)
                {
                    return true;
                }

                any = false;
            }
        }

        return IsOver ? null : any;
    }

    /// <summary>Whether a problem is right each time that it is asked so often, one call after the other.</summary>
    public bool AllRight(Problem problem, int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            if (run(problem) is not { } row || row.Verdict == Judging.Verdict.Failed)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The problem with numbers of several kinds, dense ones first: with many zeros a wrong sum may be right by chance.</summary>
    public IEnumerable<Problem> WithOtherNumbers(Problem problem)
    {
        var plain = Plain(problem);
        if (problem.Regime is not (Regime.Integer or Regime.Random))
        {
            yield return plain;
        }

        yield return plain with { Regime = Regime.Integer, DataSeed = _narrow[0] };
        if (problem.DType != DType.Int64)
        {
            yield return plain with { Regime = Regime.Random, DataSeed = 1 };
        }

        yield return plain with { Regime = Regime.Integer, DataSeed = _wide[0] };
    }

    /// <summary>A problem without numbers that are written out.</summary>
    public static Problem Plain(Problem problem) => problem with { InputValues = null, WeightValues = null, BiasValues = null, GradOutputValues = null };

    private static ulong[] Seeds(bool isWide)
    {
        var seeds = new List<ulong>();
        for (var seed = 1UL; seeds.Count < 3; seed++)
        {
            if (IntegerLimits.IsWide(seed) == isWide)
            {
                seeds.Add(seed);
            }
        }

        return [.. seeds];
    }
}
