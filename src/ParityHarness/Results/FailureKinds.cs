using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>The mismatches of a run by their kind: how many, the smallest of each, and which cases they were.</summary>
internal sealed class FailureKinds
{
    /// <summary>Further kinds are not told apart: there are not so many in one run that a person reads.</summary>
    private const int MostKinds = 1000;

    /// <summary>So many rows of a kind are kept, the smallest.</summary>
    private const int MostRows = 4;

    /// <summary>Of further failures it is not kept which cases they were.</summary>
    private const int MostCases = 200_000;

    private readonly Dictionary<FailureKind, (List<(Problem Problem, ResultRow Row)> Smallest, long Count)> _kinds = [];
    private readonly Dictionary<long, FailureKind> _cases = [];

    /// <summary>Counts a row; one that did not fail is left out.</summary>
    public void Add(ResultRow row)
    {
        if (FailureKind.Of(row) is not { } kind)
        {
            return;
        }

        if (!_kinds.TryGetValue(kind, out var known))
        {
            if (_kinds.Count >= MostKinds)
            {
                return;
            }

            known = ([], 0);
        }

        if (_cases.Count < MostCases)
        {
            _cases[row.Index] = kind;
        }

        var problem = row.Problem;
        var at = known.Smallest.FindIndex(other => Size(problem).CompareTo(Size(other.Problem)) < 0);
        known.Smallest.Insert(at < 0 ? known.Smallest.Count : at, (problem, row));
        if (known.Smallest.Count > MostRows)
        {
            known.Smallest.RemoveAt(MostRows);
        }

        _kinds[kind] = (known.Smallest, known.Count + 1);
    }

    /// <summary>In which way a case failed; null where it did not.</summary>
    public FailureKind? Of(long index) => _cases.GetValueOrDefault(index);

    /// <summary>The smallest failures of a kind, up to four of them.</summary>
    public IReadOnlyList<ResultRow> Smallest(FailureKind kind) => [.. _kinds[kind].Smallest.Select(s => s.Row)];

    /// <summary>One product with a stride of 2^32 is not what a person checks by hand: huge parameters come last, and before them empty batches.</summary>
    private static (long Huge, bool IsEmpty, long MultiplyAdds) Size(Problem problem)
    {
        var largest = Math.Max(Math.Max(problem.Stride, problem.Dilation), Math.Max(problem.Padding, problem.OutputPadding));
        return (largest > 4096 ? largest : 0, !problem.Unbatched && problem.Batch == 0, ProblemSize.MultiplyAdds(problem));
    }

    /// <summary>The kinds, the most frequent first.</summary>
    public IReadOnlyList<(FailureKind Kind, ResultRow Row, long Count)> All =>
        [.. _kinds.Select(k => (k.Key, k.Value.Smallest[0].Row, k.Value.Count)).OrderByDescending(k => k.Count).ThenBy(k => k.Key.ToString(), StringComparer.Ordinal)];
}
