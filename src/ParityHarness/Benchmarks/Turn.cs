using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Benchmarks;

/// <summary>One runner at one problem: prepared once, timed once in each round.</summary>
internal sealed class Turn : IDisposable
{
    // Samples of a turn, of which the fastest counts: what other processes take away is nobody's speed.
    private const int MostSamples = 5;

    private readonly IRunner _runner;
    private readonly IPreparedCall? _call;
    private readonly List<double> _seconds = [];
    private long _calls = 1;
    private double _estimate;
    private string? _problem;
    private bool _isFailure;

    /// <summary>Prepares, and computes once.</summary>
    public Turn(IRunner runner, Problem problem, TensorSet tensors, int threads)
    {
        _runner = runner;
        _call = runner.Prepare(problem, tensors, Outcome, threads);
        if (_call is null)
        {
            _problem = Outcome.Message;
            _isFailure = Outcome.Kind != OutcomeKind.Unsupported;
        }
    }

    /// <summary>The first answer.</summary>
    public Outcome Outcome { get; } = new();

    /// <summary>Whether it is still being timed.</summary>
    public bool IsTimed => _problem is null;

    /// <summary>It is not to be timed, or no longer.</summary>
    public void Fail(string why)
    {
        _problem = why;
        _isFailure = true;
    }

    /// <summary>Runs until it is warm, and finds how many calls a sample has.</summary>
    public void Calibrate(double sampleSeconds, double warmSeconds)
    {
        var spent = 0.0;
        for (var calls = 1L; IsTimed; calls *= 2)
        {
            var seconds = Run(calls);
            spent += seconds;
            if (spent >= warmSeconds || calls > 1L << 40)
            {
                _estimate = Math.Max(seconds / calls, 1e-10);
                _calls = (long)Math.Clamp(Math.Ceiling(sampleSeconds / MostSamples / _estimate), 1, 1L << 40);
                return;
            }
        }
    }

    /// <summary>One turn.</summary>
    public void Take(double sampleSeconds, int threads)
    {
        if (!IsTimed)
        {
            return;
        }

        // What the others left in the caches, or sleeping threads, are not its own affair; beside a long call they do not count.
        if (threads > 1 || _estimate < sampleSeconds)
        {
            Run(Math.Max(1, _calls / 2));
        }

        var fastest = double.PositiveInfinity;
        for (var (sample, spent) = (0, 0.0); sample < MostSamples && (sample < 2 || spent < sampleSeconds) && IsTimed; sample++)
        {
            var seconds = Run(_calls);
            spent += seconds;
            fastest = Math.Min(fastest, seconds);
        }

        _seconds.Add(fastest / _calls);
    }

    /// <summary>What came of it.</summary>
    /// <param name="candidate">The candidate's turn, which has been taken in the same rounds.</param>
    /// <param name="floors">The seconds that the machine's limit allows, by round; null where there is none.</param>
    public Measurement Result(Turn candidate, IReadOnlyList<double>? floors)
    {
        var info = RunnerInfo.Of(_runner);
        if (!IsTimed || _seconds.Count == 0)
        {
            return new Measurement { Runner = info, Problem = _problem ?? "the candidate was not timed", IsFailure = _isFailure };
        }

        return new Measurement
        {
            Runner = info,
            Calls = _calls,
            Seconds = Quartiles.Of(_seconds),
            Ratio = candidate.IsTimed ? Quartiles.Of(_seconds.Zip(candidate._seconds, (mine, its) => mine / its)) : default,
            Share = floors is null ? null : Quartiles.Of(_seconds.Zip(floors, (mine, floor) => floor / mine)),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call?.Dispose();
        Outcome.Dispose();
    }

    private double Run(long calls)
    {
        try
        {
            return _call!.Run(calls);
        }
        catch (InvalidOperationException e)
        {
            Fail(e.Message);
            return double.PositiveInfinity;
        }
    }
}
