using System.Numerics;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// Finds the condition, of up to three plain ones together, that tells the problems that fail from those that do not, by
/// experiment: of all conditions that fit what is known, problems on which they differ are run until one is left, or those left
/// say the same of every problem at hand. Where none is left, no condition of this sort is the cause.
/// </summary>
/// <param name="conditions">Conditions that the failing problem meets, the plainest first.</param>
/// <param name="fails">Whether a problem fails, or null where that cannot be told.</param>
/// <param name="isOver">Whether there is no time for more experiments: then nothing is found, since nothing was tested.</param>
internal sealed class ConditionSearch(IReadOnlyList<Condition> conditions, Func<Problem, bool?> fails, Func<bool> isOver)
{
    private const int MostConditions = 62;
    private const int MostExperiments = 200;

    /// <summary>So many attempts to refute it a condition must survive.</summary>
    private const int MostAttempts = 50;

    private sealed class Candidate(ulong mask)
    {
        public ulong Mask => mask;

        /// <summary>Problems that were run and meet it.</summary>
        public int Met { get; set; }

        /// <summary>Those of them that did not fail.</summary>
        public int Exceptions { get; set; }

        public bool IsTooWide => Exceptions > 1 + Met / 7;

        public bool IsSure => Exceptions == 0 || (Met >= 8 && Exceptions <= Met / 7);
    }

    private readonly Condition[] _conditions = [.. conditions.Take(MostConditions)];

    /// <summary>
    /// The condition, null where none fits. What fails meets it, and what meets it fails, but for a few problems whose outputs may be right by
    /// chance.
    /// </summary>
    /// <param name="failing">Problems that are known to fail.</param>
    /// <param name="passing">Problems that are known not to.</param>
    /// <param name="pool">Problems that may be run.</param>
    public FoundCondition? Find(IReadOnlyList<Problem> failing, IReadOnlyList<Problem> passing, IReadOnlyList<Problem> pool)
    {
        var shared = failing.Aggregate(Mask(Enumerable.Range(0, _conditions.Length)), (mask, p) => mask & MaskOf(p));
        var left = Conjunctions(shared).Select(mask => new Candidate(mask)).ToList();
        foreach (var problem in passing)
        {
            Count(left, MaskOf(problem), failed: false);
        }

        var open = pool.Select(p => (Problem: p, Mask: MaskOf(p))).ToList();
        var attempts = 0;
        for (var experiments = 0; experiments < MostExperiments && left.Count > 0; experiments++)
        {
            var next = Next(left, open) ?? (attempts < MostAttempts ? Refuter(Best(left).Mask, open, attempts++) : null);
            if (next is null)
            {
                break;
            }

            var (problem, mask) = open[next.Value];
            open.RemoveAt(next.Value);
            var answer = fails(problem);
            if (isOver())
            {
                return null;
            }

            if (answer is { } failed)
            {
                Count(left, mask, failed);
            }
        }

        return left.Count > 0 && Best(left) is { IsSure: true } best ? new FoundCondition([.. Members(best.Mask)]) : null;
    }

    /// <summary>Takes note of how a problem ended; what is refuted by it goes.</summary>
    private static void Count(List<Candidate> left, ulong mask, bool failed)
    {
        // What fails without meeting it refutes a condition; what meets it without failing says that it is not enough.
        bool IsRefuted(Candidate candidate)
        {
            var isMet = (mask & candidate.Mask) == candidate.Mask;
            candidate.Met += isMet ? 1 : 0;
            candidate.Exceptions += isMet && !failed ? 1 : 0;
            return failed && !isMet;
        }

        left.RemoveAll(candidate => IsRefuted(candidate) || candidate.IsTooWide);
    }

    private static Candidate Best(List<Candidate> left) => left.MinBy(candidate => BitOperations.PopCount(candidate.Mask) + Math.Max(0, candidate.Exceptions - candidate.Met / 12))!;

    /// <summary>The problem on which the conditions that are left differ most; null where they agree on all.</summary>
    private static int? Next(List<Candidate> left, List<(Problem Problem, ulong Mask)> open)
    {
        var step = Math.Max(1, left.Count / 400);
        var (best, bestSplit) = ((int?)null, 0);
        var seen = new HashSet<ulong>();
        for (var i = 0; i < open.Count; i++)
        {
            if (!seen.Add(open[i].Mask))
            {
                continue;
            }

            // While there are many, a sample tells as much.
            int all = 0, met = 0;
            for (var j = 0; j < left.Count; j += step, all++)
            {
                met += (open[i].Mask & left[j].Mask) == left[j].Mask ? 1 : 0;
            }

            var split = Math.Min(met, all - met);
            if (split > bestSplit)
            {
                (best, bestSplit) = (i, split);
            }
        }

        return best;
    }

    /// <summary>A problem that may refute the best condition, in turn one that should fail and one that should not; null where there is none.</summary>
    private static int? Refuter(ulong condition, List<(Problem Problem, ulong Mask)> open, int attempt)
    {
        var rest = Enumerable.Range(0, open.Count).Where(i => (open[i].Mask & condition) == condition == (attempt % 2 == 0)).ToArray();
        return rest.Length > 0 ? rest[(attempt + 1) * 7919 % rest.Length] : open.Count > 0 ? 0 : null;
    }

    /// <summary>Fewer come first, then the plainer ones.</summary>
    private IEnumerable<ulong> Conjunctions(ulong shared)
    {
        int[] members = [.. Enumerable.Range(0, _conditions.Length).Where(i => (shared >> i & 1) == 1)];
        yield return 0;
        foreach (var a in members)
        {
            yield return Mask([a]);
        }

        foreach (var a in members)
        {
            foreach (var b in members.Where(b => b > a))
            {
                yield return Mask([a, b]);
            }
        }

        foreach (var a in members)
        {
            foreach (var b in members.Where(b => b > a))
            {
                foreach (var c in members.Where(c => c > b))
                {
                    yield return Mask([a, b, c]);
                }
            }
        }
    }

    private ulong MaskOf(Problem problem) => Mask(Enumerable.Range(0, _conditions.Length).Where(i => _conditions[i].Holds(problem)));

    private IEnumerable<Condition> Members(ulong mask) => Enumerable.Range(0, _conditions.Length).Where(i => (mask >> i & 1) == 1).Select(i => _conditions[i]);

    private static ulong Mask(IEnumerable<int> members) => members.Aggregate(0UL, (mask, i) => mask | 1UL << i);
}
