using System.Collections.Immutable;

using ParityHarness.Failures;
using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>
/// Puts the same generated problems to one implementation after the other, each in a process of its own, and judges each alone
/// by PyTorch's rules and the oracle.
/// </summary>
/// <param name="generator">Makes the problems.</param>
/// <param name="count">How many.</param>
/// <param name="fixturesFolder">Where the known divergences are; null for those that were known when this library was built.</param>
/// <param name="shrinkSeconds">How long the smallest problem of a cell is looked for; it changes no verdict.</param>
internal sealed class Conformance(Generator generator, int count, string? fixturesFolder, double shrinkSeconds)
{
    /// <summary>Makes a column.</summary>
    /// <param name="name">The implementation, as on the command line.</param>
    /// <param name="progress">Told how many problems are done.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="RunnerLoadException">It is not here.</exception>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public ConformanceColumn Ask(string name, Action<int> progress, CancellationToken cancellation)
    {
        using var runner = new ServedRunner(name);
        using var judge = new SoloJudge();
        using var tensors = new TensorSet();
        using var outcome = new Outcome();
        var info = new RunnerInfo(runner.Name, runner.Version, runner.Details);
        var divergences = KnownDivergences.Of(fixturesFolder, info);
        var cells = ConformanceClass.Names.ToDictionary(c => c, _ => new Counts(), StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress(i);
            var problem = generator.At(i);
            DataFiller.Fill(problem, tensors);
            cells[ConformanceClass.Of(problem)].Add(problem, Answer(problem, out var detail), detail, divergences);
        }

        return new ConformanceColumn(info.Name, info.Version, info.Details, cells.ToImmutableDictionary(c => c.Key, c => Cell(c.Key, c.Value), StringComparer.Ordinal));

        SoloVerdict Answer(Problem problem, out string detail)
        {
            var died = runner.Run(problem, tensors, outcome);
            return judge.Judge(problem, tensors, outcome, died, out detail);
        }

        ConformanceCell Cell(string className, Counts counts)
        {
            var (smallest, detail) = counts.Smallest;
            // A process that dies costs seconds each time: the smallest of those that were met will do.
            if (smallest is not null && counts.Wrong > 0 && shrinkSeconds > 0)
            {
                smallest = new Shrinker(p => StillWrong(p, className, out _), TimeSpan.FromSeconds(shrinkSeconds)).Shrink(smallest);
                StillWrong(smallest, className, out detail);
            }

            return counts.ToCell(smallest, detail);
        }

        bool StillWrong(Problem problem, string className, out string detail)
        {
            detail = "";
            if (ConformanceClass.Of(problem) != className)
            {
                return false;
            }

            try
            {
                DataFiller.Fill(problem, tensors);
            }
            catch (ProblemDataException)
            {
                return false;
            }

            return Answer(problem, out detail) == SoloVerdict.Wrong;
        }
    }

    private sealed class Counts
    {
        private readonly int[] _of = new int[Enum.GetValues<SoloVerdict>().Length];
        private readonly Dictionary<SoloVerdict, (Problem Problem, string Detail, long Size)> _smallest = [];
        private int _named;

        public int Wrong => _of[(int)SoloVerdict.Wrong];

        public (Problem? Problem, string Detail) Smallest =>
            _smallest.TryGetValue(SoloVerdict.Wrong, out var wrong) ? (wrong.Problem, wrong.Detail)
            : _smallest.TryGetValue(SoloVerdict.Died, out var died) ? (died.Problem, died.Detail)
            : (null, "");

        public void Add(Problem problem, SoloVerdict verdict, string detail, IReadOnlyList<Divergence> divergences)
        {
            _of[(int)verdict]++;
            if (verdict is not (SoloVerdict.Wrong or SoloVerdict.Died))
            {
                return;
            }

            _named += KnownDivergences.Covering(divergences, problem) is null ? 0 : 1;
            var size = (ProblemSize.Bytes(problem) << 8) + problem.ToString().Length;
            if (!_smallest.TryGetValue(verdict, out var before) || size < before.Size)
            {
                _smallest[verdict] = (problem, detail, size);
            }
        }

        public ConformanceCell ToCell(Problem? smallest, string detail) => new()
        {
            Right = _of[(int)SoloVerdict.Right],
            Wrong = Wrong,
            Died = _of[(int)SoloVerdict.Died],
            NotOffered = _of[(int)SoloVerdict.NotOffered],
            NotJudged = _of[(int)SoloVerdict.NotJudged],
            Named = _named,
            Smallest = smallest?.ToString() ?? "",
            Detail = detail,
        };
    }
}
