using ParityHarness.Generation;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Generation;

public class CoveringGridTests
{
    private const int Parameters = 14;

    private static readonly long[] Lengths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];
    private static readonly long[] KernelSizes = [1, 2, 3, 4, 5, 7, 8, 16];
    private static readonly long[] SmallChannels = [1, 2, 3, 4, 5, 8, 16];

    private static Generator Smoke { get; } = new(Profile.Smoke, 1);

    [Fact]
    public void The_grid_has_every_pair_that_an_independent_enumeration_finds()
    {
        var grid = CoveringGrid.Pairwise;
        var covered = new HashSet<(int, string, int, string)>();
        for (var row = 0; row < grid.Count; row++)
        {
            AddPairs(Labels(grid.At(row, 0)), covered);
        }

        var possible = EnumeratePossible();
        Assert.Empty(possible.Except(covered));
        Assert.Empty(covered.Except(possible));

        var coverage = new Coverage(grid);
        coverage.AddRange(Smoke, 0, Smoke.GridEnd);
        Assert.Equal(possible.Count, coverage.Possible);
        Assert.Equal(possible.Count, coverage.Covered);
        Assert.Equal($"pairwise coverage 100.0 % ({possible.Count} of {possible.Count} pairs)", coverage.ToString());
    }

    [Fact]
    public void Every_row_is_legal_and_small()
    {
        var grid = CoveringGrid.Pairwise;
        for (var row = 0; row < grid.Count; row++)
        {
            var problem = grid.At(row, 0);
            Assert.True(ProblemRules.Check(problem, out _) is null, problem.ToString());
            Assert.True(ProblemSize.MultiplyAdds(problem) <= Profile.Smoke.MaxMultiplyAdds, problem.ToString());
            Assert.True(ProblemSize.Bytes(problem) <= Profile.Smoke.MaxBytes, problem.ToString());
        }
    }

    /// <summary>17 lengths with 8 kernel sizes need 136 rows; a greedy grid should need few more.</summary>
    [Fact]
    public void The_grid_is_small() => Assert.InRange(CoveringGrid.Pairwise.Count, 136, 160);

    [Fact]
    public void The_grid_is_the_same_each_time_it_is_built()
    {
        var again = new CoveringGrid(2);
        Assert.Equal(CoveringGrid.Pairwise.Count, again.Count);
        Assert.All(Enumerable.Range(0, again.Count), row => Assert.Equal(CoveringGrid.Pairwise.At(row, 0), again.At(row, 0)));
    }

    [Fact]
    public void One_missing_row_shows_in_the_coverage()
    {
        var first = Enumerable.Range(0, 10).First(i => Smoke.RowAt(i) is not null);
        var coverage = new Coverage(Smoke.Grid);
        coverage.AddRange(Smoke, first + 1, long.MaxValue);
        Assert.True(coverage.Covered < coverage.Possible, "the first row has pairs of its own");
        Assert.DoesNotContain("100.0 %", coverage.ToString(), StringComparison.Ordinal);
        coverage.AddRange(Smoke, -5, first + 1);
        Assert.Equal(coverage.Possible, coverage.Covered);
    }

    [Fact]
    public void Nothing_run_is_nothing_covered()
    {
        var coverage = new Coverage(CoveringGrid.Pairwise);
        Assert.Equal(0, coverage.Covered);
        Assert.StartsWith("pairwise coverage 0.0 % (0 of ", coverage.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_problem_counts_by_its_own_parameters_and_an_illegal_one_not_at_all()
    {
        var coverage = new Coverage(CoveringGrid.Pairwise);
        coverage.Add(ProblemText.Parse("l4_k3_op5"));
        coverage.Add(ProblemText.Parse("l4_k3_g0"));
        Assert.Equal(0, coverage.Covered);
        coverage.Add(ProblemText.Parse("l4_k3"));
        Assert.Equal(Parameters * (Parameters - 1) / 2, coverage.Covered);
        coverage.Add(ProblemText.Parse("l6_k3"));
        Assert.Equal(Parameters * (Parameters - 1) / 2, coverage.Covered);
    }

    [Fact]
    public void Strength_three_covers_every_triple_of_its_enumeration()
    {
        var generator = new Generator(Profile.Ci, 1);
        var coverage = new Coverage(generator.Grid);
        Assert.True(coverage.Possible > 50_000);
        coverage.AddRange(generator, 0, long.MaxValue);
        Assert.Equal(coverage.Possible, coverage.Covered);
        Assert.Contains("triples", coverage.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// Every pair of labels that some legal problem has: those of the six parameters on which legality depends by
    /// making all their problems, those with and among the others by what they are free to be.
    /// </summary>
    private static HashSet<(int, string, int, string)> EnumeratePossible()
    {
        var pairs = new HashSet<(int, string, int, string)>();
        var levels = new HashSet<string>[Parameters];
        for (var i = 0; i < Parameters; i++)
        {
            levels[i] = [];
        }

        foreach (var problem in LegalShapes())
        {
            var labels = Labels(problem);
            for (var i = 0; i < 6; i++)
            {
                if (labels[i] is not { } a)
                {
                    continue;
                }

                levels[i].Add(a);
                for (var j = i + 1; j < 6; j++)
                {
                    if (labels[j] is { } b)
                    {
                        pairs.Add((i, a, j, b));
                    }
                }
            }
        }

        levels[6] = ["unbatched", "0", "1", "2", "3"];
        levels[7] = ["1", "2", "3", "4", "8"];
        levels[8] = [.. SmallChannels.Select(c => c.ToString())];
        levels[9] = [.. levels[8]];
        levels[10] = ["True", "False"];
        levels[11] = ["Float32", "Float64", "Float16", "BFloat16", "Int64", "Complex64", "Complex128"];
        levels[12] = ["Integer", "Random", "Wide", "Cancelling", "Special"];
        levels[13] = ["Functional", "Module"];
        for (var i = 0; i < Parameters; i++)
        {
            for (var j = Math.Max(6, i + 1); j < Parameters; j++)
            {
                // int64 has no numbers but integers and any bits, and complex ones are never special.
                pairs.UnionWith(
                    from a in levels[i]
                    from b in levels[j]
                    where i != 11 || j != 12 || !(a.StartsWith("Complex", StringComparison.Ordinal) && b == "Special")
                    where i != 11 || j != 12 || !(a == "Int64" && b is not ("Integer" or "Random"))
                    select (i, a, j, b));
            }
        }

        return pairs;
    }

    private static IEnumerable<Problem> LegalShapes() =>
        from length in Lengths
        from kernelSize in KernelSizes
        from stride in (long[])[1, 2, 3, 4, 5, 8, kernelSize == 7 ? 9 : Math.Max(6, kernelSize + 1)]
        from dilation in (long[])[1, 2, 3, 4, Math.Max(5, length + 1)]
        from outputPadding in (long[])[0, 1, Math.Max(stride, dilation) - 1]
        let extent = dilation * (kernelSize - 1)
        from padding in (long[])[0, 1, extent / 2, ((length - 1) * stride + extent + outputPadding) / 2]
        let problem = new Problem { Length = length, KernelSize = kernelSize, Stride = stride, Dilation = dilation, OutputPadding = outputPadding, Padding = padding }
        where ProblemRules.Check(problem, out _) is null
        select problem;

    private static string?[] Labels(Problem p)
    {
        var extent = p.Dilation * (p.KernelSize - 1);
        ProblemRules.Check(p, out var outputLength);
        return
        [
            Lengths.Contains(p.Length) ? p.Length.ToString() : null,
            KernelSizes.Contains(p.KernelSize) ? p.KernelSize.ToString() : null,
            p.Stride is <= 5 or 8 ? p.Stride.ToString() : p.Stride > p.KernelSize ? "above kernel_size" : null,
            p.Dilation <= 4 ? p.Dilation.ToString() : p.Dilation > p.Length ? "above length" : null,
            p.OutputPadding <= 1 ? p.OutputPadding.ToString() : p.OutputPadding == Math.Max(p.Stride, p.Dilation) - 1 ? "largest" : null,
            p.Padding <= 1 ? p.Padding.ToString() : outputLength <= 2 ? "largest" : p.Padding == extent / 2 ? "half" : null,
            p.Unbatched ? "unbatched" : p.Batch.ToString(),
            p.Groups.ToString(),
            (p.InChannels / p.Groups).ToString(),
            (p.OutChannels / p.Groups).ToString(),
            p.HasBias.ToString(),
            p.DType.ToString(),
            p.Regime.ToString(),
            p.Form.ToString(),
        ];
    }

    private static void AddPairs(string?[] labels, HashSet<(int, string, int, string)> pairs)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            for (var j = i + 1; j < labels.Length; j++)
            {
                if (labels[i] is { } a && labels[j] is { } b)
                {
                    pairs.Add((i, a, j, b));
                }
            }
        }
    }
}
