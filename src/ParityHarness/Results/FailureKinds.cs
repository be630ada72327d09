using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>The mismatches of a run by their kind: how many, and the smallest of each. Holds a row a kind, however many there are.</summary>
internal sealed class FailureKinds
{
    /// <summary>Further kinds are not told apart: there are not so many in one run that a person reads.</summary>
    private const int MostKinds = 1000;

    private readonly Dictionary<FailureKind, (ResultRow Row, Problem Problem, long Count)> _kinds = [];

    /// <summary>Counts a row; one that did not fail is left out.</summary>
    public void Add(ResultRow row)
    {
        if (FailureKind.Of(row) is not { } kind)
        {
            return;
        }

        var problem = row.Problem;
        if (!_kinds.TryGetValue(kind, out var known))
        {
            if (_kinds.Count < MostKinds)
            {
                _kinds.Add(kind, (row, problem, 1));
            }

            return;
        }

        var isSmaller = Size(problem).CompareTo(Size(known.Problem)) < 0;
        _kinds[kind] = isSmaller ? (row, problem, known.Count + 1) : known with { Count = known.Count + 1 };
    }

    /// <summary>One product with a stride of 2^32 is not what a person checks by hand: huge parameters come last.</summary>
    private static (long Huge, long MultiplyAdds) Size(Problem problem)
    {
        var largest = Math.Max(Math.Max(problem.Stride, problem.Dilation), Math.Max(problem.Padding, problem.OutputPadding));
        return (largest > 4096 ? largest : 0, ProblemSize.MultiplyAdds(problem));
    }

    /// <summary>The kinds, the most frequent first.</summary>
    public IReadOnlyList<(FailureKind Kind, ResultRow Row, long Count)> All =>
        [.. _kinds.Select(k => (k.Key, k.Value.Row, k.Value.Count)).OrderByDescending(k => k.Count).ThenBy(k => k.Key.ToString(), StringComparer.Ordinal)];
}
