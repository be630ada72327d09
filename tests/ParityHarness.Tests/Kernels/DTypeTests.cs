using System.Numerics;
using System.Runtime.InteropServices;

using ParityHarness.Generation;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Tensors;

using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>The element types beside float and double.</summary>
public sealed class DTypeTests : IDisposable
{
    private readonly TensorSet _tensors = new();
    private readonly Outcome _first = new();
    private readonly Outcome _again = new();

    [Fact]
    public void A_complex_product_is_taken_by_its_parts()
    {
        var shape = Shape(2, 2);
        var output = new Complex64[3];
        ConvTranspose1d.Forward<Complex64>(shape, [new(1, 2), new(3, 4)], [new(0, 1), new(5, 6)], [], output);
        Assert.Equal([new(-2, 1), new(-11, 19), new(-9, 38)], output);
        var wide = new Complex[3];
        ConvTranspose1d.Forward<Complex>(shape, [new(1, 2), new(3, 4)], [new(0, 1), new(5, 6)], [], wide);
        Assert.Equal([new(-2, 1), new(-11, 19), new(-9, 38)], wide);
    }

    [Fact]
    public void Whole_numbers_wrap_around()
    {
        var output = new long[3];
        ConvTranspose1d.Forward<long>(Shape(2, 2), [long.MaxValue, 2], [2, 3], [], output);
        Assert.Equal([-2, unchecked((long.MaxValue * 3) + 4), 6], output);
    }

    [Fact]
    public void Sums_of_16_bit_numbers_are_rounded_once()
    {
        // 2048 + 1 + 1: each step rounded to float16 would stay at 2048.
        var output = new Half[1];
        var shape = ConvTranspose1dShape.Create([1, 3, 1], [3, 1, 1], [], hasBias: false, [1], [0], [0], 1, [1]);
        ConvTranspose1d.Forward<Half>(shape, [(Half)2048, Half.One, Half.One], [Half.One, Half.One, Half.One], [], output);
        Assert.Equal((Half)2050, output[0]);
        var narrow = new BFloat16[1];
        BFloat16 one = (BFloat16)1f;
        ConvTranspose1d.Forward<BFloat16>(shape, [(BFloat16)256f, one, one], [one, one, one], [], narrow);
        Assert.Equal(258f, (float)narrow[0]);
    }

    [Fact]
    public void Another_type_is_rejected() =>
        Assert.Equal(ParityHarness.Kernels.RejectionReason.DType, Assert.Throws<ConvTranspose1dException>(() => ConvTranspose1d.Forward<int>(Shape(2, 2), [1, 2], [1, 2], [], new int[3])).Reason);

    [Fact]
    public void A_span_of_the_wrong_length_is_refused_by_name() =>
        Assert.Equal("weight", Assert.Throws<ArgumentException>(() => ConvTranspose1d.Forward<long>(Shape(2, 2), [1, 2], [1, 2, 3], [], new long[3])).ParamName);

    /// <summary>Random problems: all levels agree bit by bit, and are what the oracle says where nothing can round.</summary>
    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("int64")]
    [InlineData("complex64")]
    [InlineData("complex128")]
    public void Every_level_gives_the_same_bits_and_integers_the_oracles(string name)
    {
        var dtype = DTypes.Parse(name)!.Value;
        var generator = new Generator(Profile.Smoke, 21);
        using var oracle = new OracleRunner();
        var runners = SimdLevels.Supported.Select(level => new KernelRunner(level)).ToArray();
        var (exact, compared) = (0, 0);
        for (var i = 1000; i < 1600; i++)
        {
            var problem = generator.At(i);
            if (generator.TierAt(i) is Tier.Illegal or Tier.Boundary or Tier.Size || problem.Batch == 0)
            {
                continue;
            }

            problem = problem with { DType = dtype, Pass = Pass.Forward };
            DataFiller.Fill(problem, _tensors);
            runners[0].Run(problem, _tensors, _first);
            Assert.True(_first.Kind == OutcomeKind.Completed, $"{problem}: {_first.Message}");
            foreach (var runner in runners[1..])
            {
                runner.Run(problem, _tensors, _again);
                Assert.True(AreSame(_first.Output, _again.Output), $"{problem}: {runner.Name}");
                compared++;
            }

            if (_tensors.IsExact)
            {
                oracle.Run(problem, _tensors, _again);
                Assert.True(AreEqual(_first.Output, _again.Output), $"{problem}: not what is exact");
                exact++;
            }
        }

        Assert.True(exact > 100 && compared >= 300 * (runners.Length - 1), $"{exact} exact, {compared} compared");
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _first.Dispose();
        _again.Dispose();
    }

    private static ConvTranspose1dShape Shape(long length, long kernelSize) =>
        ConvTranspose1dShape.Create([1, 1, length], [1, 1, kernelSize], [], hasBias: false, [1], [0], [0], 1, [1]);

    private static bool AreSame(Tensor a, Tensor b)
    {
        var (left, right) = (Bytes(a).ToArray(), Bytes(b).ToArray());
        return left.AsSpan().SequenceEqual(right) || AreEqual(a, b, bits: true);
    }

    private static Span<byte> Bytes(Tensor tensor) => MemoryMarshal.CreateSpan(ref tensor.Values<byte>()[0], (int)(tensor.Count * tensor.DType.Size()));

    private static bool AreEqual(Tensor a, Tensor b, bool bits = false)
    {
        for (var i = 0; i < a.ValueCount; i++)
        {
            var (x, y) = (a.At(i), b.At(i));
            if (!(x == y || (double.IsNaN(x) && double.IsNaN(y))) || (bits && double.IsNegative(x) != double.IsNegative(y) && !double.IsNaN(x)))
            {
                return false;
            }
        }

        return true;
    }
}
