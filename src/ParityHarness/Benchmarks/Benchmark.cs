using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Benchmarks;

/// <summary>
/// Times a candidate and its peers in turn: each round gives every one of them, and the loops that measure the machine, one
/// turn of some milliseconds, so that what disturbs the machine disturbs all. A turn has a few samples, of which the fastest
/// counts; ratios are taken within a round.
/// </summary>
internal sealed class Benchmark : IDisposable
{
    // Long enough for what is compiled while it runs to be compiled as well as it will be.
    private const double WarmSeconds = 0.15;
    private const double ShortWarmSeconds = 0.02;

    // Threads of another runner may spin for a while after their work: OpenBLAS's for 26 ms.
    private const int IdleMilliseconds = 40;

    private readonly BenchmarkSettings _settings;
    private readonly List<IRunner> _runners = [];
    private readonly Comparer _comparer = new(Tolerance.Bound);
    private readonly TensorSet _tensors = new();
    private bool _isWarm;

    /// <summary>Loads all runners.</summary>
    /// <exception cref="RunnerLoadException">One cannot be loaded.</exception>
    public Benchmark(BenchmarkSettings settings)
    {
        _settings = settings;
        try
        {
            foreach (var name in (string[])[settings.Candidate, .. settings.Peers])
            {
                _runners.Add(RunnerCatalog.Create(name, settings.FixturesFolder));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The candidate.</summary>
    public RunnerInfo Candidate => RunnerInfo.Of(_runners[0]);

    /// <summary>The peers.</summary>
    public IReadOnlyList<RunnerInfo> Peers => [.. _runners.Skip(1).Select(RunnerInfo.Of)];

    /// <summary>Times one problem.</summary>
    /// <param name="which">The problem.</param>
    /// <param name="threads">For each runner.</param>
    /// <exception cref="ProblemDataException">Its tensors cannot be made.</exception>
    public BenchmarkResult Run(BenchmarkCase which, int threads)
    {
        DataFiller.Fill(which.Problem, _tensors);
        var turns = new List<Turn>();
        try
        {
            foreach (var runner in _runners)
            {
                turns.Add(new Turn(runner, which.Problem, _tensors, threads));
            }

            Judge(which, turns);
            return Time(which, turns, threads);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runners.ForEach(runner => runner.Dispose());
        _tensors.Dispose();
    }

    /// <summary>The speed of a wrong result means nothing.</summary>
    private void Judge(BenchmarkCase which, List<Turn> turns)
    {
        using var nobody = new Outcome();
        nobody.Unsupport("there is no peer");
        var candidate = turns[0].Outcome;
        foreach (var peer in turns.Skip(1).Select(turn => turn.Outcome).DefaultIfEmpty(nobody))
        {
            var judged = _comparer.Compare(which.Problem, _tensors, peer, candidate);
            if (judged.Verdict == Verdict.Failed)
            {
                foreach (var turn in turns.Where(turn => (turn.Outcome == candidate && judged.Side != Side.Reference) || (turn.Outcome == peer && judged.Side != Side.Candidate)))
                {
                    turn.Fail(judged.Detail);
                }
            }
        }
    }

    private BenchmarkResult Time(BenchmarkCase which, List<Turn> turns, int threads)
    {
        var candidate = turns[0];
        foreach (var turn in turns)
        {
            turn.Calibrate(_settings.SampleSeconds, _isWarm && turn != candidate ? ShortWarmSeconds : WarmSeconds);
        }

        _isWarm = true;
        var problem = which.Problem;
        var products = BenchmarkCase.Products(problem);
        var size = problem.DType.Size();
        using var stream = new StreamBound(BenchmarkCase.ElementsRead(problem, _tensors) * size, candidate.Outcome.Output.Count * size);
        var hasPeak = FmaPeak.Has(problem.DType);
        List<double> peaks = [], bandwidths = [];
        for (var round = 0; round < _settings.Rounds && candidate.IsTimed; round++)
        {
            if (hasPeak)
            {
                peaks.Add(FmaPeak.Measure(problem.DType, _settings.Level, threads, _settings.SampleSeconds / 4));
            }

            bandwidths.Add(stream.Measure(threads, _settings.SampleSeconds / 4));
            for (var i = 0; i < turns.Count; i++)
            {
                if (threads > 1)
                {
                    Thread.Sleep(IdleMilliseconds);
                }

                // Not always in the same order: what one leaves in the caches the next one finds.
                turns[(i + round) % turns.Count].Take(_settings.SampleSeconds, threads);
            }
        }

        var (limit, floors) = Limit(products, stream.Bytes, peaks, bandwidths);
        return new BenchmarkResult
        {
            Case = which,
            Threads = threads,
            Products = products,
            Candidate = candidate.Result(candidate, floors),
            Peers = [.. turns.Skip(1).Select(turn => turn.Result(candidate, floors))],
            Limit = limit,
            PeakGflops = peaks.Count > 0 ? 2e-9 * Quartiles.Of(peaks).Median : null,
            Bandwidth = bandwidths.Count > 0 ? 1e-9 * Quartiles.Of(bandwidths).Median : 0,
        };
    }

    /// <summary>What limits a problem: the slower one of multiplying and moving; and the seconds that it needs at least, by round.</summary>
    private static (string? Limit, IReadOnlyList<double>? Floors) Limit(long products, long bytes, List<double> peaks, List<double> bandwidths)
    {
        if (peaks.Count == 0)
        {
            return (null, null);
        }

        double[] multiplying = [.. peaks.Select(peak => products / peak)];
        double[] moving = [.. bandwidths.Select(bandwidth => bytes / bandwidth)];
        return Quartiles.Of(multiplying).Median >= Quartiles.Of(moving).Median ? ("fma", multiplying) : ("memory", moving);
    }
}
