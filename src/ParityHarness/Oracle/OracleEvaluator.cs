using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Oracle;

/// <summary>
/// ConvTranspose1d by its definition, y[n, c, l*stride + k*dilation - padding] += x[n, i, l] * w[i, c, k], in higher
/// precision, with a bound on the error that any honest implementation stays within. Shares no code with the kernels.
/// <para>
/// float32, float16 and bfloat16 are summed in float64. float64 is summed as a compensated dot product, "as if in twice the working precision"
/// (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005). Where no partial sum can round
/// (<see cref="TensorSet.IsExact"/>) sums are exact as they stand and no bound is needed.
/// </para>
/// <para>
/// Bound of an output with m terms (its products, and the bias): |y - exact| &lt;= gamma_m * (sum|x||w| + |bias|) + m * eta,
/// gamma_m = m*u/(1 - m*u), u the unit roundoff, eta half the smallest subnormal (Higham, "Accuracy and stability of
/// numerical algorithms", 3.1). It holds for any order of summation, with or without fused multiply-add. The oracle's
/// own error is added to it.
/// </para>
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
/// <para>int64 is summed modulo 2^64, where every order gives the same bits: <see cref="Whole"/>.</para>
/// <para>Gradients: <see cref="GradientSums"/>. The values of an answer of several gradients stand one gradient after the other.</para>
/// </summary>
internal sealed class OracleEvaluator
{
    /// <summary>Up to so many products every output is evaluated, above it a sample. Exact sums are cheaper.</summary>
    private const long ExhaustiveProducts = 1 << 15;
    private const long ExhaustiveExactProducts = 1 << 17;
    private const long SampledProducts = 1 << 15;
    private const int FewestWindows = 4;
    private const int MostWindows = 64;

    private double[] _row = [];
    private double[] _rowLow = [];
    private double[] _rowMagnitude = [];
    private float[] _floatRow = [];
    private float[] _floatX = [];
    private float[] _floatW = [];
    private double[] _doubleX = [];
    private double[] _doubleW = [];
    private long[] _whole = [];
    private int[] _products = [];
    private double[] _gamma = [];
    private double[] _underflow = [];
    private double[] _distances = [];
    private double[] _exact = [];
    private double[] _low = [];
    private double[] _magnitude = [];
    private double[] _bound = [];
    private long[] _indices = [];
    private bool[] _undefined = [];
    private readonly GradientSums _gradients = new();
    private readonly List<(long First, long End)> _windows = [];
    private Reach[] _reaches = [];
    private int _reachCount;
    private (long From, long To) _reachedWindow;
    private Geometry _geometry;
    private int _parts;
    private DType _dtype;
    private Problem _problem = new();
    private TensorSet _tensors = null!;

    /// <summary>Number of output values evaluated; a complex output is two, the real and the imaginary part.</summary>
    public int Count { get; private set; }

    /// <summary>Whether every output was evaluated; else <see cref="Indices"/> tells which.</summary>
    public bool IsExhaustive { get; private set; }

    /// <summary>Whether sums were exact, so that results must be equal bit by bit.</summary>
    public bool IsExact { get; private set; }

    /// <summary>The flat indices of the evaluated values where not all are.</summary>
    public ReadOnlySpan<long> Indices => _indices.AsSpan(0, Count);

    /// <summary>The exact outputs, rounded to float64.</summary>
    public ReadOnlySpan<double> Exact => _exact.AsSpan(0, Count);

    /// <summary>The exact outputs of int64.</summary>
    public ReadOnlySpan<long> Whole => _whole.AsSpan(0, Count);

    /// <summary>What must be added to <see cref="Exact"/>, for float64 problems.</summary>
    public ReadOnlySpan<double> Low => _low.AsSpan(0, Count);

    /// <summary>sum|x||w| + |bias| of each output; undefined where sums are exact.</summary>
    public ReadOnlySpan<double> Magnitude => _magnitude.AsSpan(0, Count);

    /// <summary>The error bound of each output; 0 where sums are exact.</summary>
    public ReadOnlySpan<double> Bound => _bound.AsSpan(0, Count);

    /// <summary>Whether an evaluated value is defined, so that it can be judged: all outputs are, some elements of gradients are not.</summary>
    public bool IsDefined(int slot) => !_problem.IsBackward || !_gradients.HasUndefined || !_undefined[slot];

    /// <summary>The gradients of the answer; none in the forward pass.</summary>
    public IReadOnlyList<GradientPart> Gradients => _problem.IsBackward ? _gradients.Parts : [];

    /// <summary>How many products enter an element of a gradient.</summary>
    public long ProductsOf(in GradientPart part, long flatIndex) => _gradients.ProductsAt(part.Gradient, (flatIndex - part.Start) % part.Length);

    /// <summary>The largest number of products that enter an output.</summary>
    public double MostProducts { get; private set; }

    /// <summary>Number of evaluated outputs into which at least one product or a bias enters.</summary>
    public int Fed { get; private set; }

    /// <summary>
    /// Evaluates a legal problem: all outputs, or a sample of a large one unless <paramref name="all"/>. The regimes
    /// whose outputs differ much among each other are never sampled.
    /// </summary>
    public void Evaluate(Problem problem, TensorSet tensors, long outputLength, bool all = false)
    {
        _problem = problem;
        _tensors = tensors;
        _geometry = new Geometry(problem, outputLength);
        _reachedWindow = (-1, -1);
        (_dtype, _parts) = (problem.DType, problem.DType.Parts());
        IsExact = tensors.IsExact;
        if (problem.IsBackward)
        {
            EvaluateGradients(all);
            return;
        }

        Spread();
        var products = CountProducts() * (double)(_geometry.Batch * _geometry.OutChannels) * _parts * _parts;
        var limit = IsExact ? ExhaustiveExactProducts : ExhaustiveProducts;
        if (all || products <= limit || problem.Regime is not (Regime.Integer or Regime.Random))
        {
            EvaluateAll();
        }
        else
        {
            Clear();
            EvaluateSample(products / (_geometry.Batch * _geometry.OutChannels) / outputLength);
        }
    }

    /// <summary>Evaluates every output of the problem that was last evaluated.</summary>
    public void EvaluateAll()
    {
        Clear();
        IsExhaustive = true;
        if (_problem.IsBackward)
        {
            Reserve(checked((int)_gradients.Parts[^1].End));
            foreach (var part in _gradients.Parts)
            {
                for (var row = 0L; row < part.Rows; row++)
                {
                    EvaluateGradient(part, row, 0, part.Length);
                }
            }

            return;
        }

        Reserve(checked((int)(_geometry.Outputs * _parts)));
        for (var n = 0L; n < _geometry.Batch; n++)
        {
            for (var c = 0L; c < _geometry.OutChannels; c++)
            {
                EvaluateWindow(n, c, 0, _geometry.OutputLength);
            }
        }
    }

    /// <summary>
    /// By how much the sides may differ at each position of a row (of a gradient at each element) before an output outside the sample is evaluated too:
    /// a 16th of its bound; with fewer than 64 products, where honest sides differ by more than that, half of it. The
    /// magnitude, which is not known outside the sample, is taken as half the sample's mean for each product.
    /// </summary>
    public ReadOnlySpan<double> SuspectDistances()
    {
        if (_problem.IsBackward)
        {
            return GradientDistances();
        }

        var length = (int)_geometry.OutputLength;
        Grow(ref _distances, length * _parts);
        var distances = _distances.AsSpan(0, length * _parts);
        if (IsExact)
        {
            distances.Clear();
            return distances;
        }

        var (magnitude, products) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            magnitude += _magnitude[i];
            products += _products[_indices[i] / _parts % length] * (double)_geometry.GroupIn;
        }

        var each = magnitude / Math.Max(1, products) / 2;
        for (var i = 0; i < distances.Length; i++)
        {
            var o = i / _parts;
            var terms = _products[o] * (double)_geometry.GroupIn;
            distances[i] = (_gamma[o] * terms * each + _underflow[o]) * (terms < 64 ? 0.5 : 1.0 / 16);
        }

        return distances;
    }

    /// <summary>Whether the value of this flat index was evaluated.</summary>
    public bool IsEvaluated(long index)
    {
        foreach (var (first, end) in _windows)
        {
            if (index >= first && index < end)
            {
                return true;
            }
        }

        return IsExhaustive;
    }

    /// <summary>The flat index of a value that was evaluated.</summary>
    public long FlatIndex(int slot) => IsExhaustive ? slot : _indices[slot];

    /// <summary>Evaluates, after a sample, those outputs too that are not evaluated yet; every output where there is no list.</summary>
    /// <param name="indices">The flat indices of values, ascending; loses those that were evaluated.</param>
    public void EvaluateAlso(List<long>? indices)
    {
        if (indices is null)
        {
            EvaluateAll();
            return;
        }

        indices.RemoveAll(IsEvaluated);
        EvaluateAt(CollectionsMarshal.AsSpan(indices));
    }

    /// <summary>Evaluates further outputs, given by the flat indices of values, ascending, after a sample.</summary>
    public void EvaluateAt(ReadOnlySpan<long> indices)
    {
        Reserve(Count + indices.Length * _parts);
        var last = -1L;
        foreach (var index in indices)
        {
            var element = index / _parts;
            if (element == last)
            {
                continue;
            }

            last = element;
            if (_problem.IsBackward)
            {
                var part = _gradients.Parts.First(part => index < part.End);
                var (row, position) = Math.DivRem(index - part.Start, part.Length);
                EvaluateGradient(part, row, position, position + 1);
                continue;
            }

            var o = element % _geometry.OutputLength;
            var outputRow = element / _geometry.OutputLength;
            EvaluateWindow(outputRow / _geometry.OutChannels, outputRow % _geometry.OutChannels, o, o + 1);
        }
    }

    internal static double AddTwo(ref double sum, double value)
    {
        // Knuth's TwoSum: what rounding lost is returned.
        var old = sum;
        sum = old + value;
        var part = sum - old;
        return old - (sum - part) + (value - part);
    }

    private static void Grow<T>(ref T[] values, int length)
    {
        if (values.Length < length)
        {
            values = new T[length];
        }
    }

    private void Clear()
    {
        IsExhaustive = false;
        Count = 0;
        Fed = 0;
        _windows.Clear();
    }

    private void Reserve(int count)
    {
        if (_exact.Length >= count && (_dtype != DType.Int64 || _whole.Length >= count))
        {
            return;
        }

        var size = Math.Max(count, (int)Math.Min(2L * _exact.Length, Array.MaxLength));
        Array.Resize(ref _low, size);
        Array.Resize(ref _magnitude, size);
        Array.Resize(ref _bound, size);
        Array.Resize(ref _indices, size);
        Array.Resize(ref _undefined, size);
        if (_dtype == DType.Int64)
        {
            Array.Resize(ref _whole, size);
        }

        // Last, since its length is what is asked above: memory may run out before.
        Array.Resize(ref _exact, size);
    }

    /// <summary>Counts the products of each output position, and returns how many one row of outputs has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long CountProducts()
    {
        var length = checked((int)_geometry.OutputLength);
        Grow(ref _products, length);
        Grow(ref _gamma, length);
        Grow(ref _underflow, length);
        Array.Clear(_products, 0, length);
        var stride = _geometry.Stride;
        var total = 0L;
        foreach (var reach in Reaches(0, length))
        {
            var o = reach.Output;
            for (var l = reach.First; l < reach.End; l++, o += stride)
            {
                _products[o]++;
            }

            total += reach.End - reach.First;
        }

        // Neighbouring outputs mostly have equal counts, so the division is seldom made.
        var precision = Precision.Of(_dtype);
        var (bias, channels) = (_problem.HasBias ? 1.0 : 0.0, (double)_geometry.GroupIn);
        var (last, most, gamma, underflow) = (-1, 0, 0.0, 0.0);
        for (var o = 0; o < length; o++)
        {
            if (_products[o] != last)
            {
                last = _products[o];
                most = Math.Max(most, last);
                (gamma, underflow) = Bounds(precision, last * channels + bias, last);
            }

            _gamma[o] = gamma;
            _underflow[o] = underflow;
        }

        MostProducts = (double)most * _geometry.GroupIn * _parts;
        return total * _geometry.GroupIn;
    }

    /// <summary>What the bound of an output is of its magnitude, and what is added to it for underflow.</summary>
    private (double Gamma, double Underflow) Bounds(Precision precision, double terms, int taps)
    {
        var roundings = _parts == 2 ? 2 * (terms + 8) : terms;
        var own = roundings * (precision.Roundoff == Precision.FloatRoundoff ? Precision.DoubleRoundoff : roundings * Precision.DoubleRoundoff * Precision.DoubleRoundoff);
        var gamma = Gamma(roundings, precision.Roundoff) + own;
        var underflow = roundings * precision.Eta;
        if (precision.OutputRoundoff > 0)
        {
            var kept = Gamma(taps + 2, precision.OutputRoundoff);
            gamma = kept + (1 + kept) * gamma;
            underflow = (taps + 2) * precision.OutputEta + (1 + kept) * underflow;
        }

        return (gamma, underflow);
    }

    internal static double Gamma(double roundings, double u) =>
        roundings * u < 0.5 ? roundings * u / (1 - roundings * u) : double.PositiveInfinity;

    /// <summary>What each tap brings into output positions [from, to); taps that bring nothing are left out.</summary>
    private ReadOnlySpan<Reach> Reaches(long from, long to)
    {
        if (_reachedWindow == (from, to))
        {
            return _reaches.AsSpan(0, _reachCount);
        }

        Grow(ref _reaches, checked((int)_geometry.KernelSize));
        _reachedWindow = (from, to);
        _reachCount = 0;
        for (var k = 0L; k < _geometry.KernelSize; k++)
        {
            if (_geometry.TryReach(k, from, to, out var reach))
            {
                _reaches[_reachCount++] = reach;
            }
        }

        return _reaches.AsSpan(0, _reachCount);
    }

    /// <summary>
    /// Windows at the first and the last output, and others spread over the channels, at places by hash. Each is long
    /// enough to hold every stride phase several times, so that vectors are filled.
    /// </summary>
    private void EvaluateSample(double productsPerOutput)
    {
        var g = _geometry;
        var width = (long)Math.Min(g.OutputLength, Math.Max(32, Math.Min(8.0 * g.Stride, 4096)));
        var windows = (long)Math.Clamp(SampledProducts / (width * Math.Max(1, productsPerOutput)), FewestWindows, MostWindows);
        var rows = g.Batch * g.OutChannels;
        Reserve(checked((int)(windows * width * _parts)));
        EvaluateWindow(0, 0, 0, width);
        Take(rows - 1, g.OutputLength - width);
        var seed = CounterRandom.Stream(_problem.DataSeed, 80);
        for (var j = 2L; j < windows; j++)
        {
            var bits = CounterRandom.At(seed, (ulong)j);
            var n = (long)(bits % (ulong)g.Batch);
            var c = (j - 2) * g.OutChannels / (windows - 2);
            // Windows do not overlap: an output evaluated twice would count twice.
            var place = (long)((bits >> 20) % (ulong)(g.OutputLength / width)) * width;
            Take(n * g.OutChannels + c, place);
        }

        void Take(long row, long from)
        {
            var flat = (row * g.OutputLength + from) * _parts;
            if (!IsEvaluated(flat) && !IsEvaluated(flat + width * _parts - 1))
            {
                EvaluateWindow(row / g.OutChannels, row % g.OutChannels, from, from + width);
            }
        }
    }

    private void EvaluateGradients(bool all)
    {
        _gradients.Begin(_problem, _tensors, _geometry);
        MostProducts = _gradients.MostProducts;
        if (all || _gradients.Products <= (IsExact ? ExhaustiveExactProducts : ExhaustiveProducts) || _problem.Regime is not (Regime.Integer or Regime.Random))
        {
            EvaluateAll();
            return;
        }

        Clear();
        foreach (var part in _gradients.Parts)
        {
            SampleGradient(part);
        }
    }

    /// <summary>As <see cref="EvaluateSample"/>: windows at the first and the last element, and others by hash.</summary>
    private void SampleGradient(in GradientPart part)
    {
        var each = (double)_gradients.ProductsAt(part.Gradient, part.Length / 2);
        var width = (long)Math.Min(part.Length, Math.Clamp(SampledProducts / FewestWindows / Math.Max(1, each), 4, 128));
        var windows = (long)Math.Clamp(SampledProducts / (width * Math.Max(1, each)), FewestWindows, MostWindows);
        var seed = CounterRandom.Stream(_problem.DataSeed, 80 + (ulong)part.Gradient);
        Reserve(Count + checked((int)(windows * width)));
        EvaluateGradient(part, 0, 0, width);
        for (var j = 1L; j < windows; j++)
        {
            var bits = CounterRandom.At(seed, (ulong)j);
            var row = j == 1 ? part.Rows - 1 : (long)(bits % (ulong)part.Rows);
            var from = j == 1 ? part.Length - width : (long)((bits >> 20) % (ulong)(part.Length / width)) * width;
            var flat = part.Start + row * part.Length + from;
            if (!IsEvaluated(flat) && !IsEvaluated(flat + width - 1))
            {
                EvaluateGradient(part, row, from, from + width);
            }
        }
    }

    private void EvaluateGradient(in GradientPart part, long row, long from, long to)
    {
        var (start, length) = (Count, (int)(to - from));
        Count += length;
        if (!IsExhaustive)
        {
            var flat = part.Start + row * part.Length + from;
            _windows.Add((flat, flat + length));
            for (var i = 0; i < length; i++)
            {
                _indices[start + i] = flat + i;
            }
        }

        Fed += _gradients.Evaluate(
            part, row, from, to, _exact.AsSpan(start, length), _low.AsSpan(start, length), _magnitude.AsSpan(start, length), _bound.AsSpan(start, length), _undefined.AsSpan(start, length));
    }

    private ReadOnlySpan<double> GradientDistances()
    {
        var elements = (int)_gradients.Parts[^1].End;
        Grow(ref _distances, elements);
        var distances = _distances.AsSpan(0, elements);
        distances.Clear();
        foreach (var part in IsExact ? [] : _gradients.Parts)
        {
            var (magnitude, products) = (0.0, 0.0);
            for (var i = 0; i < Count; i++)
            {
                if (_indices[i] >= part.Start && _indices[i] < part.End)
                {
                    magnitude += _magnitude[i];
                    products += _gradients.ProductsAt(part.Gradient, (_indices[i] - part.Start) % part.Length);
                }
            }

            var each = magnitude / Math.Max(1, products) / 2;
            for (var position = 0; position < part.Length; position++)
            {
                var terms = _gradients.ProductsAt(part.Gradient, position);
                var (gamma, underflow) = _gradients.Bounds(part.Gradient, terms);
                var distance = (gamma * terms * each + underflow) * (terms < 64 ? 0.5 : 1.0 / 16);
                for (var i = part.Start + position; i < part.End; i += part.Length)
                {
                    distances[(int)i] = distance;
                }
            }
        }

        return distances;
    }

    /// <summary>Evaluates output positions [from, to) of batch item n and output channel c, into the next slots.</summary>
    private void EvaluateWindow(long n, long c, long from, long to)
    {
        var start = Count;
        var outputs = (int)(to - from);
        var length = outputs * _parts;
        Count += length;
        Array.Clear(_exact, start, length);
        Array.Clear(_low, start, length);
        Array.Clear(_magnitude, start, length);
        if (!IsExhaustive)
        {
            var flat = ((n * _geometry.OutChannels + c) * _geometry.OutputLength + from) * _parts;
            _windows.Add((flat, flat + length));
            for (var i = 0; i < length; i++)
            {
                _indices[start + i] = flat + i;
            }
        }

        var reaches = Reaches(from, to);
        var slot = start - from * _parts;
        var (inputs, weights) = ((int)_tensors.Input.Count, (int)_tensors.Weight.Count);
        switch (_dtype)
        {
            case DType.Int64:
                Array.Clear(_whole, start, length);
                SumExactly(_tensors.Input.Span<long>(), _tensors.Weight.Span<long>(), n, c, reaches, slot);
                FinishWhole(start, length, (int)from, _tensors.Bias is { } whole ? whole.Span<long>()[(int)c] : null);
                return;
            case DType.Float32:
                Sum<float>(_tensors.Input.Span<float>(), _tensors.Weight.Span<float>(), n, c, reaches, slot);
                break;
            case DType.Float64:
                Sum<double>(_tensors.Input.Span<double>(), _tensors.Weight.Span<double>(), n, c, reaches, slot);
                break;
            case DType.Complex64:
                SumComplex<float>(_floatX.AsSpan(0, 2 * inputs), _floatW.AsSpan(0, 3 * weights), n, c, reaches, slot);
                break;
            case DType.Complex128:
                SumComplex<double>(_doubleX.AsSpan(0, 2 * inputs), _doubleW.AsSpan(0, 3 * weights), n, c, reaches, slot);
                break;
            default:
                Sum<float>(_floatX.AsSpan(0, inputs), _floatW.AsSpan(0, weights), n, c, reaches, slot);
                break;
        }

        if (_parts == 2)
        {
            // Each part's bound is by the magnitude of both.
            for (var i = start; i < start + length; i += 2)
            {
                _magnitude[i] = _magnitude[i + 1] = _magnitude[i] + _magnitude[i + 1];
            }
        }

        Finish(start, outputs, (int)from, (int)c);
    }

    /// <summary>Planes of numbers that the sums can read: 16-bit types as float32; of complex tensors the real parts, the imaginary ones, and of the weight these negated.</summary>
    private void Spread()
    {
        switch (_dtype)
        {
            case DType.Float16 or DType.BFloat16:
                Widen(_tensors.Input, ref _floatX);
                Widen(_tensors.Weight, ref _floatW);
                break;
            case DType.Complex64:
                Planes<float>(_tensors.Input, ref _floatX, 2);
                Planes<float>(_tensors.Weight, ref _floatW, 3);
                break;
            case DType.Complex128:
                Planes<double>(_tensors.Input, ref _doubleX, 2);
                Planes<double>(_tensors.Weight, ref _doubleW, 3);
                break;
        }
    }

    private static void Widen(Tensor tensor, ref float[] values)
    {
        Grow(ref values, (int)tensor.Count);
        for (var i = 0; i < tensor.Count; i++)
        {
            values[i] = (float)tensor.At(i);
        }
    }

    private static void Planes<T>(Tensor tensor, ref T[] planes, int count)
        where T : unmanaged, INumber<T>
    {
        var parts = tensor.Values<T>();
        var elements = (int)tensor.Count;
        Grow(ref planes, checked(elements * count));
        for (var i = 0; i < elements; i++)
        {
            planes[i] = parts[2 * i];
            planes[elements + i] = parts[2 * i + 1];
            if (count == 3)
            {
                planes[2 * elements + i] = -parts[2 * i + 1];
            }
        }
    }

    private void SumComplex<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> w, long n, long c, ReadOnlySpan<Reach> reaches, long slot)
        where T : unmanaged, INumber<T>
    {
        var (inputs, weights) = (x.Length / 2, w.Length / 3);
        var xr = x[..inputs];
        var xi = x[inputs..];
        var wr = w[..weights];
        var wi = w.Slice(weights, weights);
        var negative = w[(2 * weights)..];
        Sum(xr, wr, n, c, reaches, slot);
        Sum(xi, negative, n, c, reaches, slot);
        Sum(xr, wi, n, c, reaches, slot + 1);
        Sum(xi, wr, n, c, reaches, slot + 1);
    }

    private void Sum<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> w, long n, long c, ReadOnlySpan<Reach> reaches, long slot)
        where T : unmanaged, INumber<T>
    {
        if (IsExact)
        {
            SumExactly(x, w, n, c, reaches, slot);
        }
        else if (typeof(T) == typeof(float))
        {
            SumInDouble(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(w), n, c, reaches, slot);
        }
        else
        {
            SumCompensated(MemoryMarshal.Cast<T, double>(x), MemoryMarshal.Cast<T, double>(w), n, c, reaches, slot);
        }
    }

    private void FinishWhole(int start, int length, int from, long? bias)
    {
        for (var i = 0; i < length; i++)
        {
            _whole[start + i] += bias ?? 0;
            _exact[start + i] = _whole[start + i];
            Fed += bias is not null || _products[from + i] > 0 ? 1 : 0;
        }

        _bound.AsSpan(start, length).Clear();
    }

    /// <summary>Adds the bias and sets the bounds.</summary>
    private void Finish(int start, int outputs, int from, int channel)
    {
        var length = outputs * _parts;
        var exact = _exact.AsSpan(start, length);
        if (_tensors.Bias is { } bias)
        {
            Fed += length;
            var magnitude = Math.Abs(bias.At((long)channel * _parts)) + (_parts == 2 ? Math.Abs(bias.At(2L * channel + 1)) : 0);
            for (var part = 0; part < _parts; part++)
            {
                AddBias(exact, _low.AsSpan(start, length), _magnitude.AsSpan(start, length), bias.At((long)channel * _parts + part), magnitude, part);
            }
        }
        else
        {
            foreach (var products in _products.AsSpan(from, outputs))
            {
                Fed += products > 0 ? _parts : 0;
            }
        }

        var bounds = _bound.AsSpan(start, length);
        if (IsExact)
        {
            bounds.Clear();
            return;
        }

        if (Precision.Of(_dtype).Roundoff == Precision.FloatRoundoff)
        {
            // What float64 has lost of the sum is within the oracle's own part of the bound.
            _low.AsSpan(start, length).Clear();
        }

        var allFinite = _parts == 1
            ? SetBounds(bounds, _magnitude.AsSpan(start, length), _gamma.AsSpan(from, outputs), _underflow.AsSpan(from, outputs))
            : SetBoundsOfParts(bounds, _magnitude.AsSpan(start, length), _gamma.AsSpan(from, outputs), _underflow.AsSpan(from, outputs));
        for (var i = 0; !allFinite && i < length; i++)
        {
            if (!double.IsFinite(exact[i]))
            {
                // Only the class counts; the arithmetic above has made NaN of the rest.
                _low[start + i] = 0;
                bounds[i] = double.PositiveInfinity;
            }
        }
    }

    private void AddBias(Span<double> exact, Span<double> low, Span<double> magnitude, double bias, double size, int part)
    {
        for (var i = part; i < exact.Length; i += _parts)
        {
            if (IsExact)
            {
                exact[i] += bias;
            }
            else
            {
                low[i] += AddTwo(ref exact[i], bias);
                magnitude[i] += size;
            }
        }
    }

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

    /// <summary>
    /// Where nothing rounds: the products of each tap are summed over input channels into a row over l, which is then
    /// added to the outputs it reaches, a stride apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumExactly<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> weight, long n, long c, ReadOnlySpan<Reach> reaches, long slot)
        where T : unmanaged, INumber<T>
    {
        var g = _geometry;
        var group = c / g.GroupOut;
        var row = Row<T>((int)g.Length);
        var channels = (int)g.GroupIn;
        var wStep = (int)(g.GroupOut * g.KernelSize);
        var w0 = (int)(group * g.GroupIn * wStep + (c - group * g.GroupOut) * g.KernelSize);
        var x0 = (int)((n * g.InChannels + group * g.GroupIn) * g.Length);
        foreach (var reach in reaches)
        {
            var sums = row[..(int)(reach.End - reach.First)];
            sums.Clear();
            for (var i = 0; i < channels; i++)
            {
                var w = weight[w0 + i * wStep + (int)reach.Tap];
                if (w != T.Zero)
                {
                    AddScaled(sums, input.Slice(x0 + i * (int)g.Length + (int)reach.First, sums.Length), w);
                }
            }

            var o = reach.Output * _parts + slot;
            foreach (var sum in sums)
            {
                if (typeof(T) == typeof(long))
                {
                    _whole[o] += long.CreateTruncating(sum);
                }
                else
                {
                    _exact[o] += double.CreateTruncating(sum);
                }

                o += g.Stride * _parts;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled<T>(Span<T> sums, ReadOnlySpan<T> input, T weight)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        var w = new Vector<T>(weight);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + Vector<T>.Count <= sums.Length; i += Vector<T>.Count)
        {
            var sum = Vector.LoadUnsafe(ref target, (nuint)i) + Vector.LoadUnsafe(ref source, (nuint)i) * w;
            sum.StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += input[i] * weight;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumInDouble(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, long n, long c, ReadOnlySpan<Reach> reaches, long slot)
    {
        var g = _geometry;
        var group = c / g.GroupOut;
        var channels = (int)g.GroupIn;
        var wStep = (int)(g.GroupOut * g.KernelSize);
        var w0 = (int)(group * g.GroupIn * wStep + (c - group * g.GroupOut) * g.KernelSize);
        var x0 = (int)((n * g.InChannels + group * g.GroupIn) * g.Length);
        Grow(ref _row, (int)g.Length);
        Grow(ref _rowMagnitude, (int)g.Length);
        foreach (var reach in reaches)
        {
            var sums = _row.AsSpan(0, (int)(reach.End - reach.First));
            var magnitudes = _rowMagnitude.AsSpan(0, sums.Length);
            sums.Clear();
            magnitudes.Clear();
            for (var i = 0; i < channels; i++)
            {
                AddScaled(sums, magnitudes, input.Slice(x0 + i * (int)g.Length + (int)reach.First, sums.Length), weight[w0 + i * wStep + (int)reach.Tap]);
            }

            var o = reach.Output * _parts + slot;
            for (var l = 0; l < sums.Length; l++, o += g.Stride * _parts)
            {
                _exact[o] += sums[l];
                _magnitude[o] += magnitudes[l];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<double> sums, Span<double> magnitudes, ReadOnlySpan<float> input, double weight)
    {
        var width = Vector<double>.Count;
        var i = 0;
        var w = new Vector<double>(weight);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var absolute = ref MemoryMarshal.GetReference(magnitudes);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + 2 * width <= sums.Length; i += 2 * width)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
            low *= w;
            high *= w;
            (Vector.LoadUnsafe(ref target, (nuint)i) + low).StoreUnsafe(ref target, (nuint)i);
            (Vector.LoadUnsafe(ref target, (nuint)(i + width)) + high).StoreUnsafe(ref target, (nuint)(i + width));
            (Vector.LoadUnsafe(ref absolute, (nuint)i) + Vector.Abs(low)).StoreUnsafe(ref absolute, (nuint)i);
            (Vector.LoadUnsafe(ref absolute, (nuint)(i + width)) + Vector.Abs(high)).StoreUnsafe(ref absolute, (nuint)(i + width));
        }

        for (; i < sums.Length; i++)
        {
            var product = input[i] * weight;
            sums[i] += product;
            magnitudes[i] += Math.Abs(product);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumCompensated(ReadOnlySpan<double> input, ReadOnlySpan<double> weight, long n, long c, ReadOnlySpan<Reach> reaches, long slot)
    {
        var g = _geometry;
        var group = c / g.GroupOut;
        var channels = (int)g.GroupIn;
        var wStep = (int)(g.GroupOut * g.KernelSize);
        var w0 = (int)(group * g.GroupIn * wStep + (c - group * g.GroupOut) * g.KernelSize);
        var x0 = (int)((n * g.InChannels + group * g.GroupIn) * g.Length);
        Grow(ref _row, (int)g.Length);
        Grow(ref _rowLow, (int)g.Length);
        Grow(ref _rowMagnitude, (int)g.Length);
        foreach (var reach in reaches)
        {
            var sums = _row.AsSpan(0, (int)(reach.End - reach.First));
            var lows = _rowLow.AsSpan(0, sums.Length);
            var magnitudes = _rowMagnitude.AsSpan(0, sums.Length);
            sums.Clear();
            lows.Clear();
            magnitudes.Clear();
            for (var i = 0; i < channels; i++)
            {
                AddScaled(sums, lows, magnitudes, input.Slice(x0 + i * (int)g.Length + (int)reach.First, sums.Length), weight[w0 + i * wStep + (int)reach.Tap]);
            }

            var o = reach.Output * _parts + slot;
            for (var l = 0; l < sums.Length; l++, o += g.Stride * _parts)
            {
                _low[o] += lows[l] + AddTwo(ref _exact[o], sums[l]);
                _magnitude[o] += magnitudes[l];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<double> sums, Span<double> lows, Span<double> magnitudes, ReadOnlySpan<double> input, double weight)
    {
        var i = 0;
        var w = new Vector<double>(weight);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var rest = ref MemoryMarshal.GetReference(lows);
        ref var absolute = ref MemoryMarshal.GetReference(magnitudes);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + Vector<double>.Count <= sums.Length; i += Vector<double>.Count)
        {
            var x = Vector.LoadUnsafe(ref source, (nuint)i);
            var product = x * w;
            var productLow = Vector.FusedMultiplyAdd(x, w, -product);
            var old = Vector.LoadUnsafe(ref target, (nuint)i);
            var total = old + product;
            var part = total - old;
            var totalLow = old - (total - part) + (product - part);
            total.StoreUnsafe(ref target, (nuint)i);
            (Vector.LoadUnsafe(ref rest, (nuint)i) + (totalLow + productLow)).StoreUnsafe(ref rest, (nuint)i);
            (Vector.LoadUnsafe(ref absolute, (nuint)i) + Vector.Abs(product)).StoreUnsafe(ref absolute, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            var product = input[i] * weight;
            lows[i] += AddTwo(ref sums[i], product) + Math.FusedMultiplyAdd(input[i], weight, -product);
            magnitudes[i] += Math.Abs(product);
        }
    }

    private Span<T> Row<T>(int length)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Grow(ref _floatRow, length);
            return MemoryMarshal.Cast<float, T>(_floatRow.AsSpan(0, length));
        }

        Grow(ref _row, length);
        return MemoryMarshal.Cast<double, T>(_row.AsSpan(0, length)); // of 8 bytes, int64 too
    }
}
