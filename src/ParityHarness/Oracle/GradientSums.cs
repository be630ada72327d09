using System.Runtime.CompilerServices;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Oracle;

/// <summary>
/// The gradients of float32 and float64 by their definition, in higher precision; with t = l*stride + k*dilation - padding
/// wherever that is an output position, and c over the output channels of i's group:
/// <list type="bullet">
/// <item>grad_input[n, i, l] = sum over c and k of grad_output[n, c, t] * w[i, c, k], m = the channels times the taps with such a t;</item>
/// <item>grad_weight[i, c, k] = sum over n and l of x[n, i, l] * grad_output[n, c, t], m = N times the l with such a t;</item>
/// <item>grad_bias[c] = sum over n and t of grad_output[n, c, t], m = N * Lout numbers, no products.</item>
/// </list>
/// <para>
/// Not defined: where a tap finds no t, PyTorch's own path (im2col, then GEMM) multiplies the zero that it puts there, so that
/// an infinite or NaN weight makes NaN of grad_input near an edge, and such an input of grad_weight; oneDNN and the definition have
/// no such product. Elements to which that can happen are not judged, unless they are NaN by the definition too.
/// </para>
/// </summary>
internal sealed class GradientSums : IPassSums
{
    private readonly List<OutputPart> _parts = [];
    private long[] _inputProducts = [];
    private long[] _weightProducts = [];
    private Reach[] _reaches = [];
    private Geometry _geometry;
    private TensorSet _tensors = null!;
    private DType _dtype;
    private bool _isDouble;
    private bool _isExact;
    private bool _weightIsFinite;
    private bool _inputIsFinite;

    /// <inheritdoc/>
    public IReadOnlyList<OutputPart> Parts => _parts;

    /// <inheritdoc/>
    public double Products { get; private set; }

    /// <inheritdoc/>
    public double MostProducts { get; private set; }

    /// <inheritdoc/>
    public bool HasUndefined => !_weightIsFinite || !_inputIsFinite;

    /// <summary>Takes a legal problem.</summary>
    public void Begin(Problem problem, TensorSet tensors, in Geometry geometry)
    {
        (_geometry, _tensors, _isExact, _isDouble) = (geometry, tensors, tensors.IsExact, problem.DType == DType.Float64);
        _dtype = problem.DType;
        _weightIsFinite = !problem.Pass.HasFlag(Pass.GradInput) || tensors.Weight.IsFinite();
        _inputIsFinite = !problem.Pass.HasFlag(Pass.GradWeight) || tensors.Input.IsFinite();
        CountProducts();
        _parts.Clear();
        (Products, MostProducts) = (0, 0);
        var start = 0L;
        foreach (var gradient in Passes.Gradients)
        {
            if (!problem.Pass.HasFlag(gradient))
            {
                continue;
            }

            var part = gradient switch
            {
                Pass.GradInput => new OutputPart(gradient, start, geometry.Batch * geometry.InChannels, geometry.Length),
                Pass.GradWeight => new OutputPart(gradient, start, geometry.InChannels * geometry.GroupOut, geometry.KernelSize),
                _ => new OutputPart(gradient, start, 1, geometry.OutChannels),
            };
            start = part.End;
            _parts.Add(part);
            for (var i = 0L; i < (gradient == Pass.GradBias ? 1 : part.Length); i++)
            {
                var products = ProductsAt(part, i);
                Products += (double)products * (gradient == Pass.GradBias ? part.Length : part.Rows);
                MostProducts = Math.Max(MostProducts, products);
            }
        }
    }

    /// <inheritdoc/>
    public long ProductsAt(in OutputPart part, long position) => part.Pass switch
    {
        Pass.GradInput => _inputProducts[position],
        Pass.GradWeight => _weightProducts[position],
        _ => _geometry.Batch * _geometry.OutputLength,
    };

    /// <inheritdoc/>
    public (double Gamma, double Underflow) BoundsAt(in OutputPart part, long position) => ErrorBounds.OfGradient(_dtype, part.Pass, ProductsAt(part, position));

    /// <inheritdoc/>
    public int Evaluate(in OutputPart part, long row, long from, long to, in ValueSpans values)
    {
        var exact = values.Exact;
        var low = values.Low;
        var magnitude = values.Magnitude;
        var bound = values.Bound;
        if (_isDouble)
        {
            Sum<double>(part.Pass, row, from, to, exact, low, magnitude);
        }
        else
        {
            Sum<float>(part.Pass, row, from, to, exact, low, magnitude);
        }

        var (fed, last, gamma, underflow) = (0, -1L, 0.0, 0.0);
        for (var i = 0; i < exact.Length; i++)
        {
            var products = ProductsAt(part, from + i);
            fed += products > 0 ? 1 : 0;
            if (products != last)
            {
                last = products;
                (gamma, underflow) = BoundsAt(part, from + i);
            }

            bound[i] = _isExact ? 0 : gamma * magnitude[i] + underflow;
            if (!double.IsFinite(exact[i]))
            {
                // Only the class counts; the arithmetic above has made NaN of the rest.
                (low[i], bound[i]) = (0, double.PositiveInfinity);
            }
        }

        if (HasUndefined)
        {
            for (var i = 0; i < exact.Length; i++)
            {
                values.Undefined[i] = !double.IsNaN(exact[i]) && IsUndefined(part.Pass, row, from + i);
            }
        }

        return fed;
    }

    private void CountProducts()
    {
        var g = _geometry;
        Spans.Grow(ref _reaches, (int)g.KernelSize);
        Spans.Grow(ref _weightProducts, (int)g.KernelSize);
        Spans.Grow(ref _inputProducts, (int)g.Length + 1);
        Array.Clear(_inputProducts, 0, (int)g.Length + 1);
        for (var k = 0; k < g.KernelSize; k++)
        {
            _reaches[k] = g.TryReach(k, 0, g.OutputLength, out var reach) ? reach : new Reach(k, 0, 0, 0);
            _weightProducts[k] = g.Batch * (_reaches[k].End - _reaches[k].First);
            _inputProducts[_reaches[k].First] += g.GroupOut;
            _inputProducts[_reaches[k].End] -= g.GroupOut;
        }

        for (var l = 1; l < g.Length; l++)
        {
            _inputProducts[l] += _inputProducts[l - 1];
        }
    }

    private void Sum<T>(Pass gradient, long row, long from, long to, Span<double> exact, Span<double> low, Span<double> magnitude)
        where T : unmanaged
    {
        var g = _geometry;
        var grad = _tensors.GradOutput!.Span<T>();
        switch (gradient)
        {
            case Pass.GradInput:
                SumInput<T>(grad, _tensors.Weight.Span<T>(), row / g.InChannels, row % g.InChannels, from, to, exact, low, magnitude);
                break;
            case Pass.GradWeight:
                SumWeight<T>(grad, _tensors.Input.Span<T>(), row / g.GroupOut, row % g.GroupOut, from, exact, low, magnitude);
                break;
            default:
                SumBias<T>(grad, from, exact, low, magnitude);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumInput<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> weight, long n, long i, long from, long to, Span<double> exact, Span<double> low, Span<double> magnitude)
        where T : unmanaged
    {
        var g = _geometry;
        var stride = (nint)g.Stride;
        for (var c = 0L; c < g.GroupOut; c++)
        {
            var channel = grad.Slice((int)((n * g.OutChannels + i / g.GroupIn * g.GroupOut + c) * g.OutputLength), (int)g.OutputLength);
            for (var k = 0; k < g.KernelSize; k++)
            {
                var reach = _reaches[k];
                var (first, end) = (Math.Max(reach.First, from), Math.Min(reach.End, to));
                if (first >= end)
                {
                    continue;
                }

                var w = Wide(weight[(int)((i * g.GroupOut + c) * g.KernelSize + k)]);
                var t = (nint)(reach.Output + (first - reach.First) * g.Stride);
                for (var l = (int)(first - from); l < end - from; l++, t += stride)
                {
                    Add(Wide(channel[(int)t]), w, ref exact[l], ref low[l], ref magnitude[l]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumWeight<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> input, long i, long c, long from, Span<double> exact, Span<double> low, Span<double> magnitude)
        where T : unmanaged
    {
        var g = _geometry;
        var stride = (nint)g.Stride;
        for (var n = 0L; n < g.Batch; n++)
        {
            var channel = grad.Slice((int)((n * g.OutChannels + i / g.GroupIn * g.GroupOut + c) * g.OutputLength), (int)g.OutputLength);
            var x = input.Slice((int)((n * g.InChannels + i) * g.Length), (int)g.Length);
            for (var j = 0; j < exact.Length; j++)
            {
                var reach = _reaches[from + j];
                var (sum, rest, size, t) = (exact[j], low[j], magnitude[j], (nint)reach.Output);
                for (var l = (int)reach.First; l < reach.End; l++, t += stride)
                {
                    Add(Wide(x[l]), Wide(channel[(int)t]), ref sum, ref rest, ref size);
                }

                (exact[j], low[j], magnitude[j]) = (sum, rest, size);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumBias<T>(ReadOnlySpan<T> grad, long from, Span<double> exact, Span<double> low, Span<double> magnitude)
        where T : unmanaged
    {
        var g = _geometry;
        for (var j = 0; j < exact.Length; j++)
        {
            var (sum, rest, size) = (0.0, 0.0, 0.0);
            for (var n = 0L; n < g.Batch; n++)
            {
                foreach (var value in grad.Slice((int)((n * g.OutChannels + from + j) * g.OutputLength), (int)g.OutputLength))
                {
                    Add(Wide(value), 1, ref sum, ref rest, ref size);
                }
            }

            (exact[j], low[j], magnitude[j]) = (sum, rest, size);
        }
    }

    /// <summary>Adds a product: of float32 it is exact in float64; of float64 what rounding loses of it and of the sum goes into <paramref name="low"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(double a, double b, ref double sum, ref double low, ref double magnitude)
    {
        var product = a * b;
        magnitude += Math.Abs(product);
        if (_isDouble && !_isExact)
        {
            low += Math.FusedMultiplyAdd(a, b, -product) + CompensatedRowSum.AddTwo(ref sum, product);
        }
        else
        {
            sum += product;
        }
    }

    /// <summary>Whether a tap, or an input, that finds no output position is not finite.</summary>
    private bool IsUndefined(Pass gradient, long row, long position)
    {
        var g = _geometry;
        if (gradient == Pass.GradInput && !_weightIsFinite)
        {
            var start = row % g.InChannels * g.GroupOut * g.KernelSize;
            for (var j = 0L; j < g.GroupOut * g.KernelSize; j++)
            {
                var reach = _reaches[j % g.KernelSize];
                if ((position < reach.First || position >= reach.End) && !double.IsFinite(_tensors.Weight.At(start + j)))
                {
                    return true;
                }
            }
        }
        else if (gradient == Pass.GradWeight && !_inputIsFinite)
        {
            var reach = _reaches[position];
            for (var n = 0L; n < g.Batch; n++)
            {
                var start = (n * g.InChannels + row / g.GroupOut) * g.Length;
                for (var l = 0L; l < g.Length; l++)
                {
                    if ((l < reach.First || l >= reach.End) && !double.IsFinite(_tensors.Input.At(start + l)))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Wide<T>(T value)
        where T : unmanaged
        => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value) : Unsafe.BitCast<T, double>(value);
}
