using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using ParityHarness.Generation;
using ParityHarness.Kernels;
using ParityHarness.Problems;

namespace ParityHarness.Tensors;

/// <summary>
/// Makes the tensors of a problem. Element j of a tensor is a pure function of the problem's seed, the tensor and j,
/// made by integer arithmetic and exact conversion only, so that a seed gives the same bits on every platform.
/// <list type="bullet">
/// <item>integer: |input| &lt;= A, |weight| &lt;= B, |bias| &lt;= 16 with terms*A*B + 16 &lt;= 2^p (see <see cref="IntegerLimits"/>),
/// so that no partial sum can round. In a quarter of these problems one operand carries 12 significant
/// bits (27 in float64), and the other is non-zero only in as many channels as that leaves room for.</item>
/// <item>random: the sum of three uniform 20-bit numbers, variance 1, 22 bits long; in float64 30 more bits below.</item>
/// <item>wide: random times 2^e, e in -30..30; in float16 -4..4.</item>
/// <item>cancelling: random, but neighbouring input channels are equal and their weights opposite up to one part in
/// 2^12 (float16 2^7, bfloat16 2^5); where a group has one channel, neighbouring taps are.</item>
/// <item>special: random with a few NaN, infinities, signed zeros, denormals or values near overflow.</item>
/// <item>of gradients: grad_output, input and weight in the same regimes, with limits of their own; a bias counts for nothing.
/// cancelling: neighbouring inputs are equal, and grad_output a stride further is opposite up to one part in 2^12, which
/// grad_weight and grad_bias see; grad_output of neighbouring output channels of a group is equal, and their weights are opposite,
/// which grad_input sees.</item>
/// <item>int64 has small integers in the regime integer, and any 64 bits in all others, so that sums wrap around.</item>
/// </list>
/// </summary>
internal static class DataFiller
{
    /// <summary>Makes input, weight, bias and grad_output, as far as the problem has them.</summary>
    /// <exception cref="ProblemDataException">The tensors cannot be made; the message says why.</exception>
    public static void Fill(Problem problem, TensorSet tensors)
    {
        var bias = tensors.WithBias(problem.HasBias);
        Reshape(tensors.Input, problem.DType, problem.InputShape.AsSpan(), "input");
        Reshape(tensors.Weight, problem.WeightDType ?? problem.DType, problem.WeightShape.AsSpan(), "weight");
        if (problem.HasBias)
        {
            Reshape(bias, problem.BiasDType ?? problem.DType, problem.BiasShape.AsSpan(), "bias");
        }

        tensors.IsExact = false;
        var limits = IntegerLimits.Of(problem);
        FillOne(problem, Operand.Input, tensors.Input, problem.InputValues, limits);
        FillOne(problem, Operand.Weight, tensors.Weight, problem.WeightValues, limits);
        if (problem.HasBias)
        {
            FillOne(problem, Operand.Bias, bias, problem.BiasValues, limits);
        }

        FillGradOutput(problem, tensors, limits);
        tensors.IsExact = problem.GradOutputValues is null && problem.InputValues is null && problem.WeightValues is null && problem.BiasValues is null
            ? problem.DType == DType.Int64 || (problem.Regime == Regime.Integer && !problem.DType.IsNeverImplemented() && limits.IsExact)
            : LiteralsAreExact(problem, tensors);
    }

    /// <summary>Checks that the tensors of a problem can be made, without making them.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="maxBytes">What input, weight and bias may take together.</param>
    /// <exception cref="ProblemDataException">They cannot be made; the message says why.</exception>
    public static void Check(Problem problem, long maxBytes)
    {
        var bytes = CheckOne("input", problem.InputShape.AsSpan(), problem.DType, problem.InputValues)
            + CheckOne("weight", problem.WeightShape.AsSpan(), problem.WeightDType ?? problem.DType, problem.WeightValues)
            + (problem.HasBias ? CheckOne("bias", problem.BiasShape.AsSpan(), problem.BiasDType ?? problem.DType, problem.BiasValues) : 0)
            + (GradOutputShape(problem) is { } shape ? CheckOne("grad_output", shape, problem.DType, problem.GradOutputValues) : 0);
        if (bytes > maxBytes)
        {
            throw new ProblemDataException($"input, weight{(problem.IsBackward ? ", bias and grad_output" : " and bias")} need {bytes} bytes, more than half of the {2 * maxBytes} that --memory allows");
        }
    }

    /// <summary>[N, Cout, Lout] or [Cout, Lout]; null in the forward pass, and where the problem is illegal and has no output.</summary>
    private static long[]? GradOutputShape(Problem problem) =>
        problem.IsBackward && ProblemRules.Check(problem, out var outputLength) is null ? ProblemRules.GradOutputShape(problem, outputLength) : null;

    private static void FillGradOutput(Problem problem, TensorSet tensors, in IntegerLimits limits)
    {
        var shape = GradOutputShape(problem);
        var gradOutput = tensors.WithGradOutput(shape is not null);
        if (shape is not null)
        {
            Reshape(gradOutput, problem.DType, shape, "grad_output");
            FillOne(problem, Operand.GradOutput, gradOutput, problem.GradOutputValues, limits);
        }
    }

    private static long CheckOne(string name, ReadOnlySpan<long> shape, DType dtype, ImmutableArray<double>? literals)
    {
        var count = CountOf(shape, name);
        if (literals is { } given && given.Length != count * dtype.Parts())
        {
            throw new ProblemDataException($"{name} of shape [{string.Join(", ", shape.ToArray())}] has {Values(count, dtype)}, but {given.Length} values are given");
        }

        return count * dtype.Size();
    }

    private static string Values(long elements, DType dtype) => dtype.IsComplex() ? $"{elements} elements, {2 * elements} values" : $"{elements} elements";

    private static long CountOf(ReadOnlySpan<long> shape, string name)
    {
        var count = ProblemSize.CountOf(shape);
        return count is null or > int.MaxValue || shape.ContainsAnyInRange(long.MinValue, -1)
            ? throw new ProblemDataException($"{name} of shape [{string.Join(", ", shape.ToArray())}] cannot be made: a tensor has at most 2^31 - 1 elements here, and no negative size")
            : count.Value;
    }

    private static void Reshape(Tensor tensor, DType dtype, ReadOnlySpan<long> shape, string name)
    {
        CountOf(shape, name);
        tensor.Reshape(dtype, shape.ToArray());
    }

    private static void FillOne(Problem problem, Operand operand, Tensor tensor, ImmutableArray<double>? given, in IntegerLimits limits)
    {
        if (given is { } literals)
        {
            var name = operand == Operand.GradOutput ? "grad_output" : operand.ToString().ToLowerInvariant();
            if (literals.Length != tensor.ValueCount)
            {
                throw new ProblemDataException($"{name} of shape [{string.Join(", ", tensor.Shape)}] has {Values(tensor.Count, tensor.DType)}, but {literals.Length} values are given");
            }

            for (var i = 0; i < literals.Length; i++)
            {
                Store(tensor, i, literals[i], name);
            }

            return;
        }

        var stream = CounterRandom.Stream(problem.DataSeed, (ulong)operand);
        if (problem.Regime == Regime.Integer || tensor.DType.IsNeverImplemented())
        {
            IntegerFiller.Fill(operand, tensor, stream, limits);
            return;
        }

        switch (tensor.DType)
        {
            case DType.Int64:
                FillAnyBits(tensor, stream);
                return;
            case DType.Float32 or DType.Complex64:
                Draws.Normal(tensor.Values<float>(), stream);
                break;
            case DType.Float64 or DType.Complex128:
                Draws.Normal(tensor.Values<double>(), stream);
                break;
            default:
                FillNarrow(tensor, stream);
                break;
        }

        switch (problem.Regime)
        {
            case Regime.Wide:
                Scale(tensor, stream);
                break;
            case Regime.Cancelling when problem.IsBackward:
                Cancellation.OfGradients(problem, operand, tensor);
                break;
            case Regime.Cancelling:
                Cancellation.OfOutputs(problem, operand, tensor);
                break;
            case Regime.Special:
                Specials.Insert(problem, operand, tensor, stream);
                break;
        }
    }

    private static void FillAnyBits(Tensor tensor, ulong stream)
    {
        var values = tensor.Span<long>();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (long)CounterRandom.At(stream, (ulong)i);
        }
    }

    /// <summary>The values of float32, rounded.</summary>
    private static void FillNarrow(Tensor tensor, ulong stream)
    {
        var wide = System.Buffers.ArrayPool<float>.Shared.Rent((int)tensor.Count);
        Draws.Normal(wide.AsSpan(0, (int)tensor.Count), stream);
        for (var i = 0; i < tensor.Count; i++)
        {
            Store(tensor, i, wide[i], "");
        }

        System.Buffers.ArrayPool<float>.Shared.Return(wide);
    }

    private static void Scale(Tensor tensor, ulong stream)
    {
        var reach = tensor.DType == DType.Float16 ? 4 : 30;
        for (var i = 0L; i < tensor.ValueCount; i++)
        {
            var exponent = (int)(CounterRandom.At(~stream, (ulong)i) % (ulong)(2 * reach + 1)) - reach;
            Store(tensor, i, tensor.At(i) * BitConverter.Int64BitsToDouble((long)(1023 + exponent) << 52), "");
        }
    }

    private static bool LiteralsAreExact(Problem problem, TensorSet tensors)
    {
        if (problem.DType == DType.Int64 || problem.DType.IsNeverImplemented())
        {
            return problem.DType == DType.Int64;
        }

        var input = LargestInteger(tensors.Input);
        var weight = LargestInteger(tensors.Weight);
        var bias = tensors.Bias is { } b ? LargestInteger(b) : 0;
        var precision = 1L << IntegerLimits.Bits(problem.DType);
        if (problem.IsBackward)
        {
            var gradOutput = tensors.GradOutput is { } g ? LargestInteger(g) : 0;
            bool Fits(Pass gradient, double factor) => !problem.Pass.HasFlag(gradient) || TermCounts.OfGradient(problem, gradient) * gradOutput * factor < precision;
            return Fits(Pass.GradInput, weight) && Fits(Pass.GradWeight, input) && Fits(Pass.GradBias, 1);
        }

        // Below, not at: where this very sum rounds, it does not round below.
        return (double)TermCounts.OfOutput(problem) * (problem.DType.IsComplex() ? 8 : 1) * input * weight + bias < precision;
    }

    private static double LargestInteger(Tensor tensor)
    {
        var largest = 0.0;
        for (var i = 0L; i < tensor.ValueCount; i++)
        {
            var value = Math.Abs(tensor.At(i));
            if (!(Math.Floor(value) == value))
            {
                return double.PositiveInfinity;
            }

            largest = Math.Max(largest, value);
        }

        return largest;
    }

    internal static unsafe void Store(Tensor tensor, long index, double value, string name)
    {
        switch (tensor.DType)
        {
            case DType.Float32 or DType.Complex64:
                ((float*)tensor.Data)[index] = (float)value;
                break;
            case DType.Float64 or DType.Complex128:
                ((double*)tensor.Data)[index] = value;
                break;
            case DType.Float16:
                ((Half*)tensor.Data)[index] = (Half)value;
                break;
            case DType.BFloat16:
                ((BFloat16*)tensor.Data)[index] = (BFloat16)value;
                break;
            case DType.Int64:
                ((long*)tensor.Data)[index] = (long)value;
                break;
            case DType.Int32:
                ((int*)tensor.Data)[index] = (int)(long)value;
                break;
            case DType.Int16:
                ((short*)tensor.Data)[index] = (short)(long)value;
                break;
            case DType.Int8:
                ((sbyte*)tensor.Data)[index] = (sbyte)(long)value;
                break;
            case DType.Bool:
                tensor.Data[index] = value != 0 ? (byte)1 : (byte)0;
                break;
            default:
                tensor.Data[index] = (byte)(long)value;
                break;
        }

        if (name.Length > 0)
        {
            CheckLiteral(tensor, index, value, name);
        }
    }

    private static void CheckLiteral(Tensor tensor, long index, double value, string name)
    {
        // 0.1 is not a float32 either, but it is what people write: of numbers that a floating-point type rounds, only
        // what becomes infinity is refused.
        var stored = tensor.At(index);
        var isWhole = tensor.DType == DType.Int64 || tensor.DType.IsNeverImplemented();
        if (isWhole ? stored != value : double.IsFinite(value) && double.IsInfinity(stored))
        {
            throw new ProblemDataException($"{name} holds {NumberText.Format(value, DType.Float64)}, which {tensor.DType.Name()} cannot hold");
        }
    }
}
