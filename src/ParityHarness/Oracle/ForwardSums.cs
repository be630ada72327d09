using System.Numerics;
using System.Runtime.CompilerServices;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Oracle;

/// <summary>The outputs of the forward pass, y[n, c, l*stride + k*dilation - padding] += x[n, i, l] * w[i, c, k], plus the bias.</summary>
internal sealed class ForwardSums : IPassSums
{
    private readonly ExactRowSum<float> _exactFloat = new();
    private readonly ExactRowSum<double> _exactDouble = new();
    private readonly ExactRowSum<long> _whole = new();
    private readonly DoubleRowSum _inDouble = new();
    private readonly CompensatedRowSum _compensated = new();
    private readonly WideOperands _wide = new();
    private readonly OutputPart[] _output = new OutputPart[1];
    private Reach[] _reaches = [];
    private int _reachCount;
    private (long From, long To) _reachedWindow;
    private int[] _taps = [];
    private double[] _gamma = [];
    private double[] _underflow = [];
    private Geometry _geometry;
    private TensorSet _tensors = null!;
    private DType _dtype;
    private int _parts;

    /// <inheritdoc/>
    public IReadOnlyList<OutputPart> Parts => _output;

    /// <inheritdoc/>
    public double Products { get; private set; }

    /// <inheritdoc/>
    public double MostProducts { get; private set; }

    /// <inheritdoc/>
    public bool HasUndefined => false;

    /// <summary>Takes a legal problem.</summary>
    public void Begin(Problem problem, TensorSet tensors, in Geometry geometry)
    {
        (_geometry, _tensors, _dtype, _parts) = (geometry, tensors, problem.DType, problem.DType.Parts());
        _reachedWindow = (-1, -1);
        _output[0] = new OutputPart(Pass.Forward, 0, geometry.Batch * geometry.OutChannels, geometry.OutputLength);
        _wide.Take(tensors, _dtype);
        Products = CountProducts(problem.HasBias) * (double)_output[0].Rows * _parts * _parts;
    }

    /// <inheritdoc/>
    public long ProductsAt(in OutputPart part, long position) => _taps[position] * _geometry.GroupIn;

    /// <inheritdoc/>
    public (double Gamma, double Underflow) BoundsAt(in OutputPart part, long position) => (_gamma[position], _underflow[position]);

    /// <inheritdoc/>
    public int Evaluate(in OutputPart part, long row, long from, long to, in ValueSpans values)
    {
        var reaches = Reaches(from, to);
        var shift = -from * _parts;
        var (ofFloat, ofDouble) = _tensors.IsExact ? ((IRowSum<float>)_exactFloat, (IRowSum<double>)_exactDouble) : (_inDouble, _compensated);
        var (input, weight) = (_tensors.Input, _tensors.Weight);
        switch (_dtype)
        {
            case DType.Int64:
                _whole.Add(new RowOperands<long>(input.Span<long>(), weight.Span<long>(), _geometry, row), reaches, values, shift, 1);
                break;
            case DType.Float32:
                ofFloat.Add(new RowOperands<float>(input.Span<float>(), weight.Span<float>(), _geometry, row), reaches, values, shift, 1);
                break;
            case DType.Float64:
                ofDouble.Add(new RowOperands<double>(input.Span<double>(), weight.Span<double>(), _geometry, row), reaches, values, shift, 1);
                break;
            case DType.Complex64:
                AddComplex(ofFloat, row, reaches, values, shift);
                break;
            case DType.Complex128:
                AddComplex(ofDouble, row, reaches, values, shift);
                break;
            default:
                ofFloat.Add(new RowOperands<float>(_wide.Input<float>(), _wide.Weight<float>(), _geometry, row), reaches, values, shift, 1);
                break;
        }

        var fed = AddBias(row % _geometry.OutChannels, (int)from, values);
        SetBounds((int)from, values);
        return fed;
    }

    /// <summary>Complex products by parts; for the bound of each part the magnitude of both counts.</summary>
    private void AddComplex<T>(IRowSum<T> sum, long row, ReadOnlySpan<Reach> reaches, in ValueSpans values, long shift)
        where T : unmanaged
    {
        sum.Add(new RowOperands<T>(_wide.Input<T>(0), _wide.Weight<T>(0), _geometry, row), reaches, values, shift, 2);
        sum.Add(new RowOperands<T>(_wide.Input<T>(1), _wide.Weight<T>(2), _geometry, row), reaches, values, shift, 2);
        sum.Add(new RowOperands<T>(_wide.Input<T>(0), _wide.Weight<T>(1), _geometry, row), reaches, values, shift + 1, 2);
        sum.Add(new RowOperands<T>(_wide.Input<T>(1), _wide.Weight<T>(0), _geometry, row), reaches, values, shift + 1, 2);
        var magnitude = values.Magnitude;
        for (var i = 0; i < magnitude.Length; i += 2)
        {
            magnitude[i] = magnitude[i + 1] = magnitude[i] + magnitude[i + 1];
        }
    }

    /// <summary>Adds the bias of a channel, and counts the values into which a product or a bias enters.</summary>
    private int AddBias(long channel, int from, in ValueSpans values)
    {
        if (_tensors.Bias is not { } bias)
        {
            var taps = _taps.AsSpan(from, values.Exact.Length / _parts);
            return (taps.Length - taps.Count(0)) * _parts;
        }

        if (_dtype == DType.Int64)
        {
            var whole = bias.Span<long>()[(int)channel];
            foreach (ref var sum in values.Whole)
            {
                sum += whole;
            }

            return values.Exact.Length;
        }

        var size = Math.Abs(bias.At(channel * _parts)) + (_parts == 2 ? Math.Abs(bias.At(2 * channel + 1)) : 0);
        for (var part = 0; part < _parts; part++)
        {
            AddBias(bias.At(channel * _parts + part), size, part, values);
        }

        return values.Exact.Length;
    }

    private void AddBias(double bias, double size, int part, in ValueSpans values)
    {
        var exact = values.Exact;
        for (var i = part; i < exact.Length; i += _parts)
        {
            if (_tensors.IsExact)
            {
                exact[i] += bias;
            }
            else
            {
                values.Low[i] += CompensatedRowSum.AddTwo(ref exact[i], bias);
                values.Magnitude[i] += size;
            }
        }
    }

    private void SetBounds(int from, in ValueSpans values)
    {
        if (_dtype == DType.Int64)
        {
            for (var i = 0; i < values.Whole.Length; i++)
            {
                values.Exact[i] = values.Whole[i];
            }
        }

        if (_tensors.IsExact || _dtype == DType.Int64)
        {
            values.Bound.Clear();
            return;
        }

        if (Precision.Of(_dtype).Roundoff == Precision.FloatRoundoff)
        {
            // What float64 has lost of the sum is within the oracle's own part of the bound.
            values.Low.Clear();
        }

        var elements = values.Exact.Length / _parts;
        var allFinite = ErrorBounds.Set(values.Bound, values.Magnitude, _gamma.AsSpan(from, elements), _underflow.AsSpan(from, elements), _parts);
        for (var i = 0; !allFinite && i < values.Exact.Length; i++)
        {
            if (!double.IsFinite(values.Exact[i]))
            {
                // Only the class counts; the arithmetic above has made NaN of the rest.
                (values.Low[i], values.Bound[i]) = (0, double.PositiveInfinity);
            }
        }
    }

    /// <summary>Counts the taps that reach each output position, and returns how many products one row of outputs has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long CountProducts(bool hasBias)
    {
        var length = checked((int)_geometry.OutputLength);
        Spans.Grow(ref _taps, length);
        Spans.Grow(ref _gamma, length);
        Spans.Grow(ref _underflow, length);
        Array.Clear(_taps, 0, length);
        var stride = _geometry.Stride;
        var total = 0L;
        foreach (var reach in Reaches(0, length))
        {
            var o = reach.Output;
            for (var l = reach.First; l < reach.End; l++, o += stride)
            {
                _taps[o]++;
            }

            total += reach.End - reach.First;
        }

        // Neighbouring outputs mostly have equal counts, so the division is seldom made.
        var (bias, channels) = (hasBias ? 1.0 : 0.0, (double)_geometry.GroupIn);
        var (last, most, gamma, underflow) = (-1, 0, 0.0, 0.0);
        for (var o = 0; o < length; o++)
        {
            if (_taps[o] != last)
            {
                last = _taps[o];
                most = Math.Max(most, last);
                (gamma, underflow) = ErrorBounds.OfOutput(_dtype, last * channels + bias, last);
            }

            _gamma[o] = gamma;
            _underflow[o] = underflow;
        }

        MostProducts = (double)most * _geometry.GroupIn * _parts;
        return total * _geometry.GroupIn;
    }

    /// <summary>What each tap brings into output positions [from, to); taps that bring nothing are left out.</summary>
    private ReadOnlySpan<Reach> Reaches(long from, long to)
    {
        if (_reachedWindow != (from, to))
        {
            Spans.Grow(ref _reaches, checked((int)_geometry.KernelSize));
            _reachedWindow = (from, to);
            _reachCount = 0;
            for (var k = 0L; k < _geometry.KernelSize; k++)
            {
                if (_geometry.TryReach(k, from, to, out var reach))
                {
                    _reaches[_reachCount++] = reach;
                }
            }
        }

        return _reaches.AsSpan(0, _reachCount);
    }
}
