using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Data;
using ParityHarness.Problems;

namespace ParityHarness.Comparison;

/// <summary>
/// ConvTranspose1d by its definition, y[n, c, l*stride + k*dilation - padding] += x[n, i, l] * w[i, c, k], in higher
/// precision, with a bound on the error that any honest implementation stays within. Shares no code with the kernels.
/// <para>
/// float32 is summed in float64. float64 is summed as a compensated dot product, "as if in twice the working precision"
/// (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005). Where no partial sum can round
/// (<see cref="TensorSet.IsExact"/>) sums are exact as they stand and no bound is needed.
/// </para>
/// <para>
/// Bound of an output with m terms (its products, and the bias): |y - exact| &lt;= gamma_m * (sum|x||w| + |bias|) + m * eta,
/// gamma_m = m*u/(1 - m*u), u the unit roundoff, eta half the smallest subnormal (Higham, "Accuracy and stability of
/// numerical algorithms", 3.1). It holds for any order of summation, with or without fused multiply-add. The oracle's
/// own error is added to it.
/// </para>
/// </summary>
internal sealed class Oracle
{
    /// <summary>u of float32.</summary>
    public const double FloatRoundoff = 1.0 / (1 << 24);

    /// <summary>u of float64.</summary>
    public const double DoubleRoundoff = 1.0 / (1L << 53);

    /// <summary>Half the smallest float32: 2^-150.</summary>
    public const double FloatEta = 7.006492321624085e-46;

    /// <summary>The smallest float64; half of it is none.</summary>
    public const double DoubleEta = double.Epsilon;

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
    private int[] _products = [];
    private double[] _gamma = [];
    private double[] _underflow = [];
    private double[] _distances = [];
    private double[] _exact = [];
    private double[] _low = [];
    private double[] _magnitude = [];
    private double[] _bound = [];
    private long[] _indices = [];
    private readonly List<(long First, long End)> _windows = [];
    private Reach[] _reaches = [];
    private int _reachCount;
    private (long From, long To) _reachedWindow;
    private Geometry _geometry;
    private Problem _problem = new();
    private TensorSet _tensors = null!;

    /// <summary>Number of outputs evaluated.</summary>
    public int Count { get; private set; }

    /// <summary>Whether every output was evaluated; else <see cref="Indices"/> tells which.</summary>
    public bool IsExhaustive { get; private set; }

    /// <summary>Whether sums were exact, so that results must be equal bit by bit.</summary>
    public bool IsExact { get; private set; }

    /// <summary>The flat indices of the evaluated outputs where not all are.</summary>
    public ReadOnlySpan<long> Indices => _indices.AsSpan(0, Count);

    /// <summary>The exact outputs, rounded to float64.</summary>
    public ReadOnlySpan<double> Exact => _exact.AsSpan(0, Count);

    /// <summary>What must be added to <see cref="Exact"/>, for float64 problems.</summary>
    public ReadOnlySpan<double> Low => _low.AsSpan(0, Count);

    /// <summary>sum|x||w| + |bias| of each output; undefined where sums are exact.</summary>
    public ReadOnlySpan<double> Magnitude => _magnitude.AsSpan(0, Count);

    /// <summary>The error bound of each output; 0 where sums are exact.</summary>
    public ReadOnlySpan<double> Bound => _bound.AsSpan(0, Count);

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
        IsExact = tensors.IsExact;
        var products = CountProducts() * (double)(_geometry.Batch * _geometry.OutChannels);
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
        Reserve(checked((int)_geometry.Outputs));
        for (var n = 0L; n < _geometry.Batch; n++)
        {
            for (var c = 0L; c < _geometry.OutChannels; c++)
            {
                EvaluateWindow(n, c, 0, _geometry.OutputLength);
            }
        }
    }

    /// <summary>
    /// By how much the sides may differ at each position of a row before an output outside the sample is evaluated too:
    /// a 16th of its bound; with fewer than 64 products, where honest sides differ by more than that, half of it. The
    /// magnitude, which is not known outside the sample, is taken as half the sample's mean for each product.
    /// </summary>
    public ReadOnlySpan<double> SuspectDistances()
    {
        var length = (int)_geometry.OutputLength;
        Grow(ref _distances, length);
        if (IsExact)
        {
            Array.Clear(_distances, 0, length);
            return _distances.AsSpan(0, length);
        }

        var (magnitude, products) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            magnitude += _magnitude[i];
            products += _products[_indices[i] % length] * (double)_geometry.GroupIn;
        }

        var each = magnitude / Math.Max(1, products) / 2;
        for (var o = 0; o < length; o++)
        {
            var terms = _products[o] * (double)_geometry.GroupIn;
            _distances[o] = (_gamma[o] * terms * each + _underflow[o]) * (terms < 64 ? 0.5 : 1.0 / 16);
        }

        return _distances.AsSpan(0, length);
    }

    /// <summary>Whether the output of this flat index was evaluated.</summary>
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

    /// <summary>Evaluates further outputs, given by flat index, after a sample.</summary>
    public void EvaluateAt(ReadOnlySpan<long> indices)
    {
        Reserve(Count + indices.Length);
        foreach (var index in indices)
        {
            var o = index % _geometry.OutputLength;
            var row = index / _geometry.OutputLength;
            EvaluateWindow(row / _geometry.OutChannels, row % _geometry.OutChannels, o, o + 1);
        }
    }

    private static double AddTwo(ref double sum, double value)
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
        if (_exact.Length >= count)
        {
            return;
        }

        var size = Math.Max(count, (int)Math.Min(2L * _exact.Length, Array.MaxLength));
        Array.Resize(ref _low, size);
        Array.Resize(ref _magnitude, size);
        Array.Resize(ref _bound, size);
        Array.Resize(ref _indices, size);
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
        var single = _problem.DType == DType.Float32;
        var (u, eta) = single ? (FloatRoundoff, FloatEta) : (DoubleRoundoff, DoubleEta);
        var (bias, channels) = (_problem.HasBias ? 1.0 : 0.0, (double)_geometry.GroupIn);
        var (last, most, gamma, underflow) = (-1, 0, 0.0, 0.0);
        for (var o = 0; o < length; o++)
        {
            if (_products[o] != last)
            {
                last = _products[o];
                most = Math.Max(most, last);
                var terms = last * channels + bias;
                var own = terms * (single ? DoubleRoundoff : terms * DoubleRoundoff * DoubleRoundoff);
                gamma = (terms * u < 0.5 ? terms * u / (1 - terms * u) : double.PositiveInfinity) + own;
                underflow = terms * eta;
            }

            _gamma[o] = gamma;
            _underflow[o] = underflow;
        }

        MostProducts = (double)most * _geometry.GroupIn;
        return total * _geometry.GroupIn;
    }

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
        Reserve(checked((int)(windows * width)));
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
            var flat = row * g.OutputLength + from;
            if (!IsEvaluated(flat) && !IsEvaluated(flat + width - 1))
            {
                EvaluateWindow(row / g.OutChannels, row % g.OutChannels, from, from + width);
            }
        }
    }

    /// <summary>Evaluates output positions [from, to) of batch item n and output channel c, into the next slots.</summary>
    private void EvaluateWindow(long n, long c, long from, long to)
    {
        var start = Count;
        var length = (int)(to - from);
        Count += length;
        Array.Clear(_exact, start, length);
        Array.Clear(_low, start, length);
        Array.Clear(_magnitude, start, length);
        if (!IsExhaustive)
        {
            var flat = (n * _geometry.OutChannels + c) * _geometry.OutputLength + from;
            _windows.Add((flat, flat + length));
            for (var i = 0; i < length; i++)
            {
                _indices[start + i] = flat + i;
            }
        }

        var reaches = Reaches(from, to);
        if (IsExact && _problem.DType == DType.Float32)
        {
            SumExactly(_tensors.Input.Span<float>(), _tensors.Weight.Span<float>(), n, c, reaches, start - from);
        }
        else if (IsExact)
        {
            SumExactly(_tensors.Input.Span<double>(), _tensors.Weight.Span<double>(), n, c, reaches, start - from);
        }
        else if (_problem.DType == DType.Float32)
        {
            SumInDouble(_tensors.Input.Span<float>(), _tensors.Weight.Span<float>(), n, c, reaches, start - from);
        }
        else
        {
            SumCompensated(_tensors.Input.Span<double>(), _tensors.Weight.Span<double>(), n, c, reaches, start - from);
        }

        Finish(start, length, (int)from, _tensors.Bias is { } bias ? bias.At(c) : 0);
    }

    /// <summary>Adds the bias and sets the bounds.</summary>
    private void Finish(int start, int length, int from, double bias)
    {
        var exact = _exact.AsSpan(start, length);
        if (_problem.HasBias)
        {
            Fed += length;
            AddBias(exact, _low.AsSpan(start, length), _magnitude.AsSpan(start, length), bias);
        }
        else
        {
            foreach (var products in _products.AsSpan(from, length))
            {
                Fed += products > 0 ? 1 : 0;
            }
        }

        var bounds = _bound.AsSpan(start, length);
        if (IsExact)
        {
            bounds.Clear();
            return;
        }

        if (_problem.DType == DType.Float32)
        {
            // What float64 has lost of the sum is within the oracle's own part of the bound.
            _low.AsSpan(start, length).Clear();
        }

        var allFinite = SetBounds(bounds, _magnitude.AsSpan(start, length), _gamma.AsSpan(from, length), _underflow.AsSpan(from, length));
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

    private void AddBias(Span<double> exact, Span<double> low, Span<double> magnitude, double bias)
    {
        for (var i = 0; i < exact.Length; i++)
        {
            if (IsExact)
            {
                exact[i] += bias;
            }
            else
            {
                low[i] += AddTwo(ref exact[i], bias);
                magnitude[i] += Math.Abs(bias);
            }
        }
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

            var o = reach.Output + slot;
            foreach (var sum in sums)
            {
                _exact[o] += double.CreateTruncating(sum);
                o += g.Stride;
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

            var o = reach.Output + slot;
            for (var l = 0; l < sums.Length; l++, o += g.Stride)
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

            var o = reach.Output + slot;
            for (var l = 0; l < sums.Length; l++, o += g.Stride)
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
        return MemoryMarshal.Cast<double, T>(_row.AsSpan(0, length));
    }
}
