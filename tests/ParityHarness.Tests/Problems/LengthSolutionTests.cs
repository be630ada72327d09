using ParityHarness.Problems;
using Xunit;

namespace ParityHarness.Tests.Problems;

/// <summary>Parameters that give a wanted length.</summary>
public class LengthSolutionTests
{
    [Theory]
    [InlineData(100, 200, 2)]
    [InlineData(7, 20, null)]
    [InlineData(1, 1, null)]
    [InlineData(6, 19, 3)]
    public void Each_solution_is_legal_and_gives_the_length_and_none_stands_twice(long input, long output, int? scale)
    {
        var all = LengthSolution.Find(input, output, scale);

        Assert.NotEmpty(all);
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, s =>
        {
            var problem = new Problem { Length = input, KernelSize = s.KernelSize, Stride = s.Stride, Padding = s.Padding, OutputPadding = s.OutputPadding, Dilation = s.Dilation };
            Assert.Null(ProblemRules.Check(problem, out var length));
            Assert.Equal(output, length);
        });
    }

    [Fact]
    public void None_within_the_limits_is_missing()
    {
        var wanted =
            from k in Enumerable.Range(1, 6)
            from s in Enumerable.Range(1, 20)
            from d in Enumerable.Range(1, k == 1 ? 1 : 2)
            from p in Enumerable.Range(0, d * (k - 1) + 1)
            from op in Enumerable.Range(0, Math.Max(s, d))
            where ProblemRules.Check(new Problem { Length = 7, KernelSize = k, Stride = s, Padding = p, OutputPadding = op, Dilation = d }, out var length) is null && length == 20
            select new LengthSolution(k, s, p, op, d);

        Assert.Equal(wanted.ToHashSet(), LengthSolution.Find(7, 20, null, 6).ToHashSet());
    }

    [Fact]
    public void The_best_has_no_checkerboard_is_symmetric_and_overlaps()
    {
        // The usual choice for doubling: kernel_size 4, stride 2, padding 1; kernel_size 3 needs output_padding and makes a checkerboard.
        var all = LengthSolution.Find(100, 200, 2);

        Assert.Equal(new LengthSolution(4, 2, 1, 0, 1), all[0]);
        Assert.Contains("no checkerboard", all[0].Reason, StringComparison.Ordinal);
        Assert.Contains("checkerboard; output_padding 1", all.Single(s => s is { KernelSize: 3, Dilation: 1 }).Reason, StringComparison.Ordinal);
        Assert.True(all.TakeWhile(s => s.IsEven).Count() == all.Count(s => s.IsEven));
    }
}
