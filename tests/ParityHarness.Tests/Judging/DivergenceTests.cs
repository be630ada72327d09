using System.Numerics;

using FsCheck;
using FsCheck.Fluent;

using ParityHarness.Fixtures;
using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Tests.Fixtures;

using Xunit;

namespace ParityHarness.Tests.Judging;

public sealed class DivergenceTests : IDisposable
{
    private static readonly string[] Numbers = ["n", "ic", "oc", "l", "k", "s", "p", "op", "d", "g", "span", "lout", "lout64", "output_size", "bias", "unbatched"];
    private static readonly string[] Operators = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly long[] Extremes = [0, 1, -1, 2, 3, 1L << 31, (1L << 32) + 1, 1L << 62, long.MaxValue, long.MinValue];

    private readonly RecordsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("n=0 & d<1", "n0_l4_k3_d0", true)]
    [InlineData("n=0 & d<1", "n0_l4_k3", false)]
    [InlineData("n=0 & d<1", "l4_k3_d0", false)]
    [InlineData("n=0", "n0_l4_k3_unbatched", false)]
    [InlineData("n=0", "k3 x=0x1x4", true)]
    [InlineData("l=5", "x=2x5", true)]
    [InlineData("op>=s&op>=d", "l4_k3_s2_op2_d2", true)]
    [InlineData("  op >= s  &  op>=d ", "l4_k3_s2_op2_d3", false)]
    [InlineData("p>2^61", "l4_p2305843009213693953", true)]
    [InlineData("p>2^61", "l4_p2305843009213693952", false)]
    [InlineData("p<-2^61", "l4_p-2305843009213693953", true)]
    [InlineData("dtype!=wdtype & n=0", "n0_l4 float32 wdtype=float64", true)]
    [InlineData("dtype!=wdtype", "l4 float64 wdtype=float64", false)]
    [InlineData("dtype!=bdtype", "l4 float32", false)]
    [InlineData("dtype!=bdtype", "l4 bdtype=int64", true)]
    [InlineData("dtype=bfloat16", "l4 bfloat16", true)]
    [InlineData("form=module & g=0", "l4_g0_module", true)]
    [InlineData("form=functional", "l4_module", false)]
    [InlineData("mode!=zeros", "l4 mode=reflect", true)]
    [InlineData("s=2", "l4 s=[2]", true)]
    [InlineData("s!=7", "l4 s=[2,2]", false)]
    [InlineData("oc=6 & ic=4", "ic4_oc6_g2_l3", true)]
    [InlineData("oc=6 & k=5", "g2 w=4x3x5", true)]
    [InlineData("lout=6", "l4_k3", true)]
    [InlineData("lout<0 & lout64=8", "l4_k3_p9223372036854775807", true)]
    [InlineData("span=5", "l4_k3_d2", true)]
    [InlineData("output_size=18 & op=0 & lout=18", "l6_k3_s3_op2 output_size=[18]", true)]
    [InlineData("output_size!=18", "l6_k3_s3", false)]
    [InlineData("d<1 | n=0", "n0_l4_k3", true)]
    [InlineData("d<1 | n=0", "l4_k3_d0", true)]
    [InlineData("d<1 | n=0", "l4_k3", false)]
    [InlineData("k=3 & d<1 | n=0 & l=4", "n0_l4_k3", true)]
    [InlineData("k=3 & d<1 | n=0 & l=4", "n0_l5_k3", false)]
    [InlineData("legal=1", "l4_k3_s2_op1", true)]
    [InlineData("legal=1", "l4_k3_op1", false)]
    [InlineData("legal=0", "l4_k3 mode=reflect", true)]
    [InlineData("elements=24", "n2_ic3_l4", true)]
    [InlineData("elements=12", "n2_ic3_l4_unbatched", true)]
    [InlineData("elements=0", "n0_ic3_l4611686018427387904", true)]
    [InlineData("elements>2^126", "n4611686018427387904_ic4611686018427387904_l4611686018427387904", true)]
    [InlineData("elements>0", "x=4", false)]
    [InlineData("finite=1", "l4 random", true)]
    [InlineData("finite=0", "l4 special", true)]
    [InlineData("finite=0", "l1_k1 grad_input grad_output=[inf]", true)]
    [InlineData("grad_input=1 | grad_weight=1", "l4_k3 grad_weight+grad_bias", true)]
    [InlineData("grad_input=1 | grad_weight=1", "l4_k3 grad_bias", false)]
    [InlineData("grad_input=0 & grad_weight=0 & grad_bias=0", "l4_k3 forward", true)]
    [InlineData("finite=0", "l2_k1 input=[1,inf]", true)]
    [InlineData("finite=0", "l2_k1 weight=[NaN]", true)]
    [InlineData("finite=0", "l2_k1 input=[1,2] weight=[3]", false)]
    public void A_condition_covers_what_it_says(string condition, string problem, bool covered) =>
        Assert.Equal(covered, ProblemCondition.Parse(condition).Covers(ProblemText.Parse(problem)));

    [Theory]
    [InlineData("", "position 1: a comparison is missing")]
    [InlineData("n=0 &", "position 6: a comparison is missing")]
    [InlineData("n=0 & d", "position 7: 'd' has none of the operators")]
    [InlineData("n=0 & q<1", "position 7: 'q' is not a field, a number or a word")]
    [InlineData("n=", "position 3: a field, a number or a word is missing")]
    [InlineData("n!0", "position 2: '!' is not an operator")]
    [InlineData("n==0", "position 3: '=0' is not a field")]
    [InlineData("p>2^127", "position 3: '2^127' is not a field")]
    [InlineData("dtype<float64", "position 6: words are compared by = and != only")]
    [InlineData("dtype=1", "position 6: 'dtype' and '1' cannot be compared")]
    [InlineData("form=float32", "position 5: 'form' and 'float32' cannot be compared")]
    [InlineData("d<1 | n", "position 7: 'n' has none of the operators")]
    [InlineData("d<1 | & n=0", "position 7: a comparison is missing")]
    [InlineData("d<1 || n=0", "position 6: a comparison is missing")]
    public void A_condition_that_cannot_be_read_is_refused_with_its_position(string condition, string message)
    {
        var refusal = Record.Exception(() => ProblemCondition.Parse(condition));
        Assert.IsType<FormatException>(refusal);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_agrees_with_direct_evaluation_on_random_problems() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), seed =>
        {
            var random = new CounterRandom((ulong)seed);
            var problem = RandomProblem(ref random);
            var texts = new List<string>();
            var expected = true;
            for (var i = random.Below(3); i >= 0; i--)
            {
                var (left, leftValue) = RandomTerm(problem, ref random);
                var (right, rightValue) = RandomTerm(problem, ref random);
                var symbol = random.Pick<string>(Operators);
                texts.Add(random.OneIn(2) ? $"{left}{symbol}{right}" : $" {left} {symbol} {right} ");
                var order = leftValue is { } l && rightValue is { } r ? l.CompareTo(r) : (int?)null;
                expected &= order is { } o && symbol switch
                {
                    "=" => o == 0,
                    "!=" => o != 0,
                    "<" => o < 0,
                    "<=" => o <= 0,
                    ">" => o > 0,
                    _ => o >= 0,
                };
            }

            return ProblemCondition.Parse(string.Join('&', texts)).Covers(problem) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Theory]
    [InlineData("*", "1.13.1", true)]
    [InlineData("*", "unknown", true)]
    [InlineData("1.13.1", "1.13.1", true)]
    [InlineData("1.13.1", "1.13.10", false)]
    [InlineData("1.13", "1.13.0", true)]
    [InlineData("1.13.1|2.6.0", "2.6.0+cpu", true)]
    [InlineData("1.13.1|2.6.0", "2.6.1", false)]
    [InlineData("2.6", "2.6.0a0+git2f1d3c", true)]
    [InlineData("2.6.0", "2.6", true)]
    [InlineData("1", "unknown", false)]
    public void Versions_are_compared_as_numbers(string versions, string version, bool inside) =>
        Assert.Equal(inside, VersionSet.Parse(versions).Contains(version));

    [Theory]
    [InlineData("")]
    [InlineData("1.x")]
    [InlineData("1.13,2")]
    [InlineData(">=1.13")]
    [InlineData("1.13|")]
    public void A_set_of_versions_that_cannot_be_read_is_refused(string versions) => Assert.Throws<FormatException>(() => VersionSet.Parse(versions));

    [Fact]
    public void A_divergence_applies_to_its_references_versions_and_processors()
    {
        var path = _folder.Write("d.csv", """
            name,reference,versions,cpu,when,witness,reference_does,reason
            a,libtorch|torchsharp,1.13.1|2.10.0,avx512,dtype=bfloat16,l4 bfloat16,x,y

            """);
        var divergence = Assert.Single(DivergenceFile.Read(path));
        Assert.True(divergence.Applies("libtorch", "1.13.1", ["avx2", "avx512"]));
        Assert.True(divergence.Applies("torchsharp:cpu", "1.13.1", ["avx512"]));
        Assert.True(divergence.Applies("libtorch:avx512", "1.13.1", ["avx512"]));
        Assert.False(divergence.Applies("libtorch", "1.13.1", ["avx2"]));
        Assert.False(divergence.Applies("libtorch", "2.0", ["avx512"]));
        Assert.False(divergence.Applies("onednn", "1.13.1", ["avx512"]));
        Assert.True(divergence.Covers(ProblemText.Parse("l9 bfloat16")));
        Assert.False(divergence.Covers(ProblemText.Parse("l9 float32")));
    }

    [Fact]
    public void Each_reference_may_have_versions_of_its_own()
    {
        var path = _folder.Write("d.csv", """
            name,reference,versions,cpu,when,witness,reference_does,reason
            a,libtorch|torchsharp,1.13.1|2.6.0; 1.13,,k=1,l4,x,y

            """);
        var divergence = Assert.Single(DivergenceFile.Read(path));
        Assert.True(divergence.Applies("libtorch", "2.6.0", []));
        Assert.True(divergence.Applies("torchsharp", "1.13.0", []));
        Assert.False(divergence.Applies("torchsharp", "2.6.0", []));
        Assert.False(divergence.Applies("libtorch", "1.13.0", []));
    }

    [Theory]
    [InlineData("a,libtorch|torchsharp|mine,1.13;2,,n=0,n0_l4,x,y", ":2:versions: has 2 sets of versions for 3 references")]
    [InlineData("a,libtorch,*,,n<,n0_l4,x,y", ":2:when: position 3: a field, a number or a word is missing")]
    [InlineData("a,libtorch,*,,n=0,l4,x,y", ":2:witness: 'when' does not hold for it: n=0")]
    [InlineData("a,libtorch,*,,n=0,n0_zz,x,y", ":2:witness: 'zz' is not part of a problem")]
    [InlineData("a,libtorch,new,,n=0,n0_l4,x,y", ":2:versions: 'new' in 'new' is not a version")]
    [InlineData("a,libtorch,*,sse9,n=0,n0_l4,x,y", ":2:cpu: 'sse9' is not a feature")]
    [InlineData("a,,*,,n=0,n0_l4,x,y", ":2:reference: is empty")]
    [InlineData("a,libtorch,*,,n=0,n0_l4,x,y\na,libtorch,*,,n=0,n0_l4,x,y", ":3:name: 'a' stands twice")]
    public void A_malformed_divergence_is_refused_with_its_place(string rows, string message)
    {
        var path = _folder.Write("d.csv", "name,reference,versions,cpu,when,witness,reference_does,reason\n" + rows + "\n");
        var refusal = Assert.Throws<FixtureException>(() => DivergenceFile.Read(path));
        Assert.StartsWith(path + message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_of_divergences_is_named()
    {
        var path = _folder.Write("d.csv", "name,reference,versions,when,witness,reference_does,reason\n");
        Assert.Equal(path + ":1:cpu: the column is missing", Assert.Throws<FixtureException>(() => DivergenceFile.Read(path)).Message);
    }

    private static Problem RandomProblem(ref CounterRandom random)
    {
        long Value(ref CounterRandom draw) => draw.OneIn(4) ? draw.Pick<long>(Extremes) : draw.Between(-1, 5);
        var problem = new Problem
        {
            Batch = random.Between(0, 2),
            InChannels = random.Between(0, 3),
            OutChannels = random.Between(0, 3),
            Length = random.Between(0, 5),
            KernelSize = random.Between(0, 5),
            Stride = Value(ref random),
            Padding = Value(ref random),
            OutputPadding = Value(ref random),
            Dilation = Value(ref random),
            Groups = random.Between(1, 2),
            HasBias = random.OneIn(2),
            Unbatched = random.OneIn(3),
            Form = random.OneIn(2) ? Form.Module : Form.Functional,
        };
        problem = random.OneIn(3) ? problem with { StrideList = random.OneIn(2) ? [Value(ref random)] : [1, 1] } : problem;
        problem = random.OneIn(3) ? problem with { DilationList = random.OneIn(2) ? [Value(ref random)] : [] } : problem;
        problem = random.OneIn(4) ? problem with { InputShapeOverride = random.OneIn(2) ? [2, 3, 4] : [4] } : problem;
        problem = random.OneIn(4) ? problem with { WeightShapeOverride = random.OneIn(2) ? [2, 3, 4] : [4] } : problem;
        return problem.Form == Form.Module && random.OneIn(3) ? problem with { OutputSize = [random.Between(0, 20)] } : problem;
    }

    private static (string Text, BigInteger? Value) RandomTerm(Problem problem, ref CounterRandom random)
    {
        if (random.OneIn(3))
        {
            var exponent = random.Below(127);
            return random.Below(3) switch
            {
                0 => ($"2^{exponent}", BigInteger.Pow(2, exponent)),
                1 => ($"-2^{exponent}", -BigInteger.Pow(2, exponent)),
                _ => (exponent.ToString(System.Globalization.CultureInfo.InvariantCulture), exponent),
            };
        }

        var field = random.Pick<string>(Numbers);
        return (field, Direct(problem, field));
    }

    private static BigInteger? Direct(Problem problem, string field)
    {
        var x = problem.InputShape;
        var w = problem.WeightShape;
        BigInteger? l = x.Length == 3 ? x[2] : x.Length == 2 ? x[1] : null;
        BigInteger? k = w.Length == 3 ? w[2] : null;
        BigInteger? s = problem.StrideList is { } strides ? strides.Length == 1 ? strides[0] : null : problem.Stride;
        BigInteger? d = problem.DilationList is { } dilations ? dilations.Length == 1 ? dilations[0] : null : problem.Dilation;
        BigInteger? asked = problem.OutputSize is { } size ? size[0] : null;
        var span = d * (k - 1) + 1;
        var smallest = (l - 1) * s - 2 * new BigInteger(problem.Padding) + span;
        var op = asked is null ? problem.OutputPadding : asked - smallest;
        var lout = smallest + op;
        return field switch
        {
            "n" => x.Length == 3 ? x[0] : x.Length == 2 ? 1 : null,
            "ic" => x.Length == 3 ? x[1] : x.Length == 2 ? x[0] : null,
            "oc" => w.Length == 3 ? w[1] * problem.Groups : null,
            "l" => l,
            "k" => k,
            "s" => s,
            "p" => problem.Padding,
            "op" => op,
            "d" => d,
            "g" => problem.Groups,
            "span" => span,
            "lout" => lout,
            "lout64" => lout is { } exact ? (long)(ulong)(exact & ulong.MaxValue) : null,
            "output_size" => asked,
            "bias" => problem.HasBias ? 1 : 0,
            _ => x.Length == 2 ? 1 : 0,
        };
    }
}
