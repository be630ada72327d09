using System.Numerics;

using ParityHarness.Generation;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Problems;

public class ProblemClassesTests
{
    [Theory]
    [InlineData("l4_k3", ProblemClass.None)]
    [InlineData("l4_k3_s2", ProblemClass.Strided)]
    [InlineData("l4_k3_s4", ProblemClass.Strided | ProblemClass.StrideAboveKernelSize)]
    [InlineData("l4_k3_p1", ProblemClass.Padded)]
    [InlineData("l3_k3_p2", ProblemClass.Padded | ProblemClass.OutputLengthOne)]
    [InlineData("l4_k3_s2_op1", ProblemClass.Strided | ProblemClass.OutputPadded)]
    [InlineData("l4_k3_d3_op2", ProblemClass.Dilated | ProblemClass.OutputPadded | ProblemClass.OutputPaddingFromStride)]
    [InlineData("l4_k3_d3_op1", ProblemClass.Dilated | ProblemClass.OutputPadded | ProblemClass.OutputPaddingFromStride)]
    [InlineData("l4_k3_s2_d3", ProblemClass.Strided | ProblemClass.Dilated)]
    [InlineData("l4_k3_s2_d4", ProblemClass.Strided | ProblemClass.Dilated | ProblemClass.CommonDivisor)]
    [InlineData("ic4_oc2_l4_k3_g2", ProblemClass.Grouped)]
    [InlineData("ic2_oc2_l4_k3_g2", ProblemClass.Grouped | ProblemClass.Depthwise)]
    [InlineData("l4_k3_bias", ProblemClass.Biased)]
    [InlineData("n3_l4_k3_unbatched", ProblemClass.Unbatched)]
    [InlineData("n2_l4_k3", ProblemClass.Batched)]
    [InlineData("n0_l4_k3", ProblemClass.EmptyBatch)]
    [InlineData("l4_k1", ProblemClass.KernelSizeOne)]
    [InlineData("l1_k3", ProblemClass.LengthOne)]
    [InlineData("l4_k3_module", ProblemClass.Module)]
    [InlineData("l4_k3_p9", ProblemClass.Padded | ProblemClass.Illegal)]
    [InlineData("l4_k3 s=[2,1]", ProblemClass.Strided | ProblemClass.Illegal)]
    [InlineData("ic512_l2_k2", ProblemClass.InChannelsAbove256)]
    [InlineData("ic513_l2_k2", ProblemClass.InChannelsAbove256 | ProblemClass.TermsAbove1024)]
    [InlineData("ic4097_l1_k1", ProblemClass.InChannelsAbove256 | ProblemClass.TermsAbove1024 | ProblemClass.TermsAbove2048 | ProblemClass.TermsAbove4096 | ProblemClass.KernelSizeOne | ProblemClass.LengthOne)]
    [InlineData("oc257_l4_k3", ProblemClass.OutChannelsAbove256 | ProblemClass.OutputsAbove1024)]
    [InlineData("n33_l4_k3_s41", ProblemClass.Batched | ProblemClass.BatchAbove32 | ProblemClass.Strided | ProblemClass.StrideAboveKernelSize | ProblemClass.Stride41 | ProblemClass.OutputsAbove1024)]
    [InlineData("n33_l4_k3_s41_p999", ProblemClass.Batched | ProblemClass.Strided | ProblemClass.StrideAboveKernelSize | ProblemClass.Padded | ProblemClass.Illegal)]
    [InlineData("l65534_k3_bias", ProblemClass.Biased | ProblemClass.OutputLengthAbove65535 | ProblemClass.OutputsAbove1024)]
    [InlineData("n65536_l4_k1", ProblemClass.Batched | ProblemClass.BatchAbove32 | ProblemClass.BatchAbove65535 | ProblemClass.KernelSizeOne | ProblemClass.OutputsAbove1024 | ProblemClass.OutputsFrom262144)]
    [InlineData("l8_k3_d2147483647", ProblemClass.Dilated)]
    internal void A_problem_belongs_to_the_classes_of_its_parameters(string text, ProblemClass classes) =>
        Assert.Equal(classes | ProblemClass.Float32 | ProblemClass.Integer, ProblemClasses.Of(ProblemText.Parse(text)));

    [Theory]
    [InlineData("float32 integer", ProblemClass.Float32 | ProblemClass.Integer)]
    [InlineData("float64 random", ProblemClass.Float64 | ProblemClass.Random)]
    [InlineData("float32 wide", ProblemClass.Float32 | ProblemClass.Wide)]
    [InlineData("float32 cancelling", ProblemClass.Float32 | ProblemClass.Cancelling)]
    [InlineData("float32 special", ProblemClass.Float32 | ProblemClass.Special)]
    [InlineData("float16 integer", ProblemClass.Float16 | ProblemClass.Integer)]
    [InlineData("bfloat16 wide", ProblemClass.BFloat16 | ProblemClass.Wide)]
    [InlineData("int64 integer", ProblemClass.Int64 | ProblemClass.Integer)]
    [InlineData("complex64 special", ProblemClass.Complex64 | ProblemClass.Special)]
    [InlineData("complex128 random", ProblemClass.Complex128 | ProblemClass.Random)]
    [InlineData("int32 integer", ProblemClass.OtherDType | ProblemClass.Integer | ProblemClass.Illegal)]
    internal void Dtype_and_regime_are_classes(string words, ProblemClass classes) =>
        Assert.Equal(classes, ProblemClasses.Of(ProblemText.Parse("l4_k3 " + words)));

    [Theory]
    [MemberData(nameof(Conditions))]
    public void The_condition_that_leaves_a_class_out_leaves_it_out(string name)
    {
        var (wanted, _, without) = ProblemClasses.All.Single(c => c.Name == name);
        var condition = ProblemCondition.Parse(without);
        var generator = new Generator(Profile.Ci, 1);
        var (inside, kept) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var problem = generator.At(i);
            var belongs = ProblemClasses.Of(problem).HasFlag(wanted);
            Assert.False(belongs && !problem.HasOverrides && condition.Covers(problem), $"{problem} is in the class '{name}', and {without} holds for it");
            inside += belongs ? 1 : 0;
            kept += condition.Covers(problem) ? 1 : 0;
        }

        Assert.True(inside > 0 && kept > 100, $"{inside} in the class, {kept} outside");
    }

    public static TheoryData<string> Conditions => [.. ProblemClasses.All.Where(c => c.Without.Length > 0).Select(c => c.Name)];

    [Fact]
    public void The_table_names_every_class_once_in_the_order_of_its_bits()
    {
        Assert.Equal(Enum.GetValues<ProblemClass>().Length - 1, ProblemClasses.All.Count);
        Assert.All(ProblemClasses.All, (row, i) => Assert.Equal(i, BitOperations.TrailingZeroCount((long)row.Class)));
        Assert.Equal(ProblemClasses.All.Count, ProblemClasses.All.Select(row => row.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("smoke")]
    [InlineData("ci")]
    [InlineData("nightly")]
    public void No_class_is_empty_in_a_run_of_a_profile(string name)
    {
        var generator = new Generator(Profile.Parse(name), 1);
        var counts = new int[ProblemClasses.All.Count];
        for (var i = 0; i < Math.Min(20_000, generator.Profile.DefaultCount); i++)
        {
            for (var bits = (long)ProblemClasses.Of(generator.At(i)); bits != 0; bits &= bits - 1)
            {
                counts[BitOperations.TrailingZeroCount(bits)]++;
            }
        }

        Assert.All(counts, (count, i) => Assert.True(count >= Least(ProblemClasses.All[i].Class), $"{ProblemClasses.All[i].Name}: {count}"));

        // smoke stays small: of the sizes it has terms and outputs only.
        int Least(ProblemClass of) => of < ProblemClass.TermsAbove1024 ? 50 : name != "smoke" || of <= ProblemClass.OutputsAbove1024 ? 15 : 0;
    }

    [Fact]
    public void Any_problem_has_classes_and_a_size() => AnyProblem.ForAll(problem =>
    {
        Assert.NotEqual(ProblemClass.None, ProblemClasses.Of(problem));
        Assert.True(ProblemSize.Bytes(problem) >= 0);
        Assert.True(ProblemSize.MultiplyAdds(problem) >= 0);
        new Coverage(CoveringGrid.Pairwise).Add(problem);
    });
}
