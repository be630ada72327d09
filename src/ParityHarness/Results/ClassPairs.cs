using System.Numerics;

using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>How many problems belong to each pair of classes, how many of them failed, and in how many somebody judged the candidate. Both orders of a pair are one.</summary>
internal sealed class ClassPairs
{
    private static readonly int Classes = ProblemClasses.All.Count;
    private readonly long[] _problems = new long[Classes * Classes];
    private readonly long[] _failed = new long[Classes * Classes];
    private readonly long[] _judged = new long[Classes * Classes];

    /// <summary>Problems that belong to both classes, named by their indices in <see cref="ProblemClasses.All"/>.</summary>
    public long Problems(int a, int b) => _problems[Slot(a, b)];

    /// <summary>Those of them that failed.</summary>
    public long Failed(int a, int b) => _failed[Slot(a, b)];

    /// <summary>Those in which somebody judged the candidate.</summary>
    public long Judged(int a, int b) => _judged[Slot(a, b)];

    /// <summary>Counts a problem.</summary>
    public void Add(ProblemClass classes, bool failed, bool judged)
    {
        for (var rest = (ulong)classes; rest != 0; rest &= rest - 1)
        {
            var a = BitOperations.TrailingZeroCount(rest);
            for (var others = rest & (rest - 1); others != 0; others &= others - 1)
            {
                Add(a, BitOperations.TrailingZeroCount(others), 1, failed ? 1 : 0, judged ? 1 : 0);
            }
        }
    }

    /// <summary>Counts problems of a pair.</summary>
    public void Add(int a, int b, long problems, long failed, long judged)
    {
        _problems[Slot(a, b)] += problems;
        _failed[Slot(a, b)] += failed;
        _judged[Slot(a, b)] += judged;
    }

    /// <summary>Adds other counts to these.</summary>
    public void Add(ClassPairs other)
    {
        for (var i = 0; i < _problems.Length; i++)
        {
            _problems[i] += other._problems[i];
            _failed[i] += other._failed[i];
            _judged[i] += other._judged[i];
        }
    }

    private static int Slot(int a, int b) => Math.Min(a, b) * Classes + Math.Max(a, b);
}
