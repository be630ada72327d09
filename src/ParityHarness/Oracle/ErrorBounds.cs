using System.Numerics;
using System.Runtime.CompilerServices;

using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>
/// Bounds on the error that any honest implementation stays within. Of a sum with m terms (its products, and the bias):
/// |y - exact| &lt;= gamma_m * (sum|x||w| + |bias|) + m * eta, gamma_m = m*u/(1 - m*u), u the unit roundoff, eta half the
/// smallest subnormal (Higham, "Accuracy and stability of numerical algorithms", 3.1). It holds for any order of summation,
/// with or without fused multiply-add. The oracle's own error is added to it.
/// <para>
/// float16 and bfloat16 accumulate in float32, and the sum of a tap over the channels may be kept in 16 bits, as PyTorch's own CPU
/// path does (GEMM, then col2im): with t taps that makes up to t + 2 roundings to the output's type beside the accumulator's, so
/// gamma_(t + 2) of the output's u is added, and (t + 2) * eta of it.
/// </para>
/// <para>
/// complex: y = (xr + i*xi)(wr + i*wi) by parts, or by three real products with sums of the parts as factors, as PyTorch makes it
/// (the imaginary part as (xr + xi)(wr + wi) - xr*wr - xi*wi). Of the latter no part is better than the sum over all four products:
/// for both parts the magnitude is sum(|xr| + |xi|)(|wr| + |wi|) + |br| + |bi|, and m counts 2*(m + 8) roundings.
/// </para>
/// <para>
/// grad_input and grad_weight are sums of products without bias. grad_bias is a plain sum of m numbers: m - 1 additions, which cannot
/// underflow, so gamma_(m - 1) * sum|grad_output|, also for sums by a product with ones.
/// </para>
/// </summary>
internal static class ErrorBounds
{
    /// <summary>gamma_m; infinite where m*u is too large for the bound to mean anything.</summary>
    public static double Gamma(double roundings, double u) =>
        roundings * u < 0.5 ? roundings * u / (1 - roundings * u) : double.PositiveInfinity;

    /// <summary>What the bound of an output is of its magnitude, and what is added to it for underflow.</summary>
    /// <param name="dtype">The output's type.</param>
    /// <param name="terms">Its products, and the bias.</param>
    /// <param name="taps">The taps that reach it.</param>
    public static (double Gamma, double Underflow) OfOutput(DType dtype, double terms, int taps)
    {
        var precision = Precision.Of(dtype);
        var roundings = dtype.IsComplex() ? 2 * (terms + 8) : terms;
        var gamma = Gamma(roundings, precision.Roundoff) + OfOracle(precision, roundings);
        var underflow = roundings * precision.Eta;
        if (precision.OutputRoundoff > 0)
        {
            var kept = Gamma(taps + 2, precision.OutputRoundoff);
            gamma = kept + (1 + kept) * gamma;
            underflow = (taps + 2) * precision.OutputEta + (1 + kept) * underflow;
        }

        return (gamma, underflow);
    }

    /// <summary>The same of an element of a gradient with so many products, of grad_bias so many summands.</summary>
    public static (double Gamma, double Underflow) OfGradient(DType dtype, Pass gradient, long products)
    {
        var precision = Precision.Of(dtype);
        double roundings = gradient == Pass.GradBias ? Math.Max(0, products - 1) : products;
        return (Gamma(roundings, precision.Roundoff) + OfOracle(precision, roundings), gradient == Pass.GradBias ? 0 : roundings * precision.Eta);
    }

    /// <summary>Sets bounds; false where one is not finite.</summary>
    /// <param name="bounds">One for each value.</param>
    /// <param name="magnitude">One for each value.</param>
    /// <param name="gamma">One for each element.</param>
    /// <param name="underflow">One for each element.</param>
    /// <param name="parts">Values of an element.</param>
    public static bool Set(Span<double> bounds, ReadOnlySpan<double> magnitude, ReadOnlySpan<double> gamma, ReadOnlySpan<double> underflow, int parts) =>
        parts == 1 ? SetBounds(bounds, magnitude, gamma, underflow) : SetBoundsOfParts(bounds, magnitude, gamma, underflow);

    /// <summary>The oracle's own part: of sums in float64 by so many roundings, of compensated ones by their square.</summary>
    private static double OfOracle(Precision precision, double roundings) =>
        roundings * (precision.Roundoff == Precision.FloatRoundoff ? Precision.DoubleRoundoff : roundings * Precision.DoubleRoundoff * Precision.DoubleRoundoff);

    private static bool SetBoundsOfParts(Span<double> bounds, ReadOnlySpan<double> magnitude, ReadOnlySpan<double> gamma, ReadOnlySpan<double> underflow)
    {
        var finite = true;
        for (var i = 0; i < bounds.Length; i++)
        {
            bounds[i] = gamma[i / 2] * magnitude[i] + underflow[i / 2];
            finite &= double.IsFinite(bounds[i]);
        }

        return finite;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool SetBounds(Span<double> bounds, ReadOnlySpan<double> magnitude, ReadOnlySpan<double> gamma, ReadOnlySpan<double> underflow)
    {
        var i = 0;
        var zero = Vector<double>.Zero;
        for (; i + Vector<double>.Count <= bounds.Length; i += Vector<double>.Count)
        {
            var bound = new Vector<double>(gamma[i..]) * new Vector<double>(magnitude[i..]) + new Vector<double>(underflow[i..]);
            bound.CopyTo(bounds[i..]);
            zero += bound * Vector<double>.Zero;
        }

        var finite = Vector.EqualsAll(zero, Vector<double>.Zero);
        for (; i < bounds.Length; i++)
        {
            bounds[i] = gamma[i] * magnitude[i] + underflow[i];
            finite &= double.IsFinite(bounds[i]);
        }

        return finite;
    }
}
