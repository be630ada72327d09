using System.Numerics;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>What a hypothesis makes of a problem: each element of the answer, and how far an honest sum may be from it.</summary>
/// <param name="shape">The shape of the answer.</param>
/// <param name="data">The problem's numbers.</param>
internal sealed class Prediction(long[] shape, Evidence data)
{
    private readonly Precision _precision = Precision.Of(data.Problem.DType);
    private readonly double[] _values = new double[shape.Aggregate(1L, (a, b) => a * b)];
    private readonly double[] _bounds = new double[shape.Aggregate(1L, (a, b) => a * b)];

    /// <summary>The shape of the answer.</summary>
    public long[] Shape => shape;

    /// <summary>How many terms enter each element, a bias not counted.</summary>
    public long[] Products { get; } = new long[shape.Aggregate(1L, (a, b) => a * b)];

    /// <summary>Sets an element: its value in float64, the sum of its terms' magnitudes, and how many products they are. It may be off by
    /// gamma_m * magnitude + m * eta, with m one more than the products; by nothing where nothing can round.</summary>
    public void Set(long index, double value, double magnitude, long products)
    {
        _values[index] = value;
        Products[index] = products;

        // Twice, for what this sum in float64 has itself lost where the problem is float64.
        var terms = (products + 1) * _precision.Roundoff * (data.Problem.DType == DType.Float64 ? 2 : 1);
        _bounds[index] = data.IsExact
            ? 0
            : terms / (1 - terms) * magnitude + (products + 1) * _precision.Eta + _precision.LargerRoundoff * Math.Abs(value) + _precision.LargerEta;
    }

    /// <summary>Whether an output is what is predicted.</summary>
    public bool Fits(int index, double actual, DType dtype)
    {
        var value = _values[index];
        var stored = dtype == DType.Float32 ? (float)value : value;
        return double.IsFinite(stored) && double.IsFinite(actual)
            ? actual == stored || Math.Abs(actual - value) <= _bounds[index]
            : actual.Equals(stored) || (double.IsInfinity(stored) && double.IsFinite(value) && double.IsInfinity(actual));
    }
}
