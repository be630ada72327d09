using System.Numerics;
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
    /// <summary>Up to so many products every output is evaluated, above it a sample.</summary>
    public const long ExhaustiveProducts = 1 << 17;

    private const long SampledProducts = 1 << 16;
    private const int MaxSamples = 512;
    private const double FloatRoundoff = 1.0 / (1 << 24);
    private const double DoubleRoundoff = 1.0 / (1L << 53);
    private const double FloatEta = 7.006492321624085e-46; // 2^-150
    private const double DoubleEta = double.Epsilon;       // half of it is not a double

    private double[] _input = [];
    private double[] _weight = [];
    private double[] _row = [];
    private double[] _rowLow = [];
    private double[] _rowMagnitude = [];
    private float[] _floatRow = [];
    private int[] _products = [];
    private double[] _gamma = [];
    private double[] _exact = [];
    private double[] _low = [];
    private double[] _magnitude = [];
    private double[] _bound = [];
    private long[] _indices = [];
    private long[] _taps = [];
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

    /// <summary>Evaluates a legal problem: all outputs, or a sample of a large one unless <paramref name="all"/>.</summary>
    public void Evaluate(Problem problem, TensorSet tensors, long outputLength, bool all = false)
    {
        _problem = problem;
        _tensors = tensors;
        _geometry = new Geometry(problem, outputLength);
        IsExact = tensors.IsExact;
        CountProducts();
        var products = _geometry.Batch * _geometry.OutChannels * TotalProducts();
        var sampleable = problem.Regime is Regime.Integer or Regime.Random || _geometry.Outputs > Array.MaxLength / 2;
        if (all || products <= ExhaustiveProducts || !sampleable)
        {
            EvaluateAll();
        }
        else
        {
            IsExhaustive = false;
            Count = 0;
            Fed = 0;
            EvaluateAt(ChooseSample());
        }
    }

    /// <summary>Evaluates every output of the problem that was last evaluated.</summary>
    public void EvaluateAll()
    {
        IsExhaustive = true;
        Count = checked((int)_geometry.Outputs);
        Reserve(Count);
        Array.Clear(_exact, 0, Count);
        if (IsExact && _problem.DType == DType.Float32)
        {
            SumExactly(_tensors.Input.Span<float>(), _tensors.Weight.Span<float>());
        }
        else if (IsExact)
        {
            SumExactly(_tensors.Input.Span<double>(), _tensors.Weight.Span<double>());
        }
        else if (_problem.DType == DType.Float32)
        {
            Array.Clear(_magnitude, 0, Count);
            Convert(_tensors.Input, ref _input);
            Convert(_tensors.Weight, ref _weight);
            SumInDouble(_input, _weight);
        }
        else
        {
            Array.Clear(_magnitude, 0, Count);
            Array.Clear(_low, 0, Count);
            SumCompensated(_tensors.Input.Span<double>(), _tensors.Weight.Span<double>());
        }

        FinishAll();
    }

    /// <summary>Evaluates further outputs, given by flat index, after a sample.</summary>
    public void EvaluateAt(ReadOnlySpan<long> indices)
    {
        var start = Count;
        Reserve(start + indices.Length);
        foreach (var index in indices)
        {
            _indices[Count] = index;
            EvaluateOne(index, Count);
            Count++;
        }
    }

    /// <summary>The gamma_m of m terms in the problem's arithmetic.</summary>
    private double Gamma(double terms)
    {
        var u = _problem.DType == DType.Float32 ? FloatRoundoff : DoubleRoundoff;
        return terms * u >= 0.5 ? double.PositiveInfinity : terms * u / (1 - terms * u);
    }

    private void CountProducts()
    {
        var length = checked((int)_geometry.OutputLength);
        if (_products.Length < length)
        {
            _products = new int[length];
            _gamma = new double[length];
        }

        Array.Clear(_products, 0, length);
        var stride = _geometry.Stride;
        for (var k = 0L; k < _geometry.KernelSize; k++)
        {
            var (first, end, offset) = _geometry.Reach(k);
            if (first >= end)
            {
                continue;
            }

            var o = (long)(first * (Int128)stride + offset);
            for (var l = first; l < end; l++, o += stride)
            {
                _products[o]++;
            }
        }

        MostProducts = 0;
        foreach (var count in _products.AsSpan(0, length))
        {
            MostProducts = Math.Max(MostProducts, count);
        }

        MostProducts *= _geometry.GroupIn;
        if (IsExact)
        {
            return;
        }

        // Neighbouring outputs mostly have equal counts, so the division is seldom made.
        var terms = -1;
        var gamma = 0.0;
        var bias = _problem.HasBias ? 1 : 0;
        for (var o = 0; o < length; o++)
        {
            if (_products[o] != terms)
            {
                terms = _products[o];
                gamma = Gamma((double)terms * _geometry.GroupIn + bias);
            }

            _gamma[o] = gamma;
        }
    }

    /// <summary>Products of one row of outputs.</summary>
    private long TotalProducts()
    {
        var total = 0L;
        foreach (var count in _products.AsSpan(0, (int)_geometry.OutputLength))
        {
            total += count;
        }

        return total * _geometry.GroupIn;
    }

    private void Reserve(int count)
    {
        if (_exact.Length >= count && _low.Length >= count)
        {
            return;
        }

        var size = Math.Max(count, Math.Min(2 * _exact.Length, Array.MaxLength));
        Array.Resize(ref _exact, size);
        Array.Resize(ref _low, size);
        Array.Resize(ref _magnitude, size);
        Array.Resize(ref _bound, size);
        Array.Resize(ref _indices, size);
    }

    private static void Convert(Tensor tensor, ref double[] values)
    {
        var source = tensor.Span<float>();
        if (values.Length < source.Length)
        {
            values = new double[source.Length];
        }

        Widening.ToDouble(source, values);
    }

    /// <summary>
    /// Where nothing rounds, the products of one (output channel, tap) are summed over input channels into a row over l,
    /// which is then added to the outputs it reaches, a stride apart.
    /// </summary>
    private void SumExactly<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> weight)
        where T : unmanaged, INumber<T>
    {
        var g = _geometry;
        var length = (int)g.Length;
        var row = Row<T>(length);
        for (var n = 0L; n < g.Batch; n++)
        {
            for (var c = 0L; c < g.OutChannels; c++)
            {
                var group = c / g.GroupOut;
                var output = _exact.AsSpan((int)((n * g.OutChannels + c) * g.OutputLength), (int)g.OutputLength);
                for (var k = 0L; k < g.KernelSize; k++)
                {
                    var (first, end, offset) = g.Reach(k);
                    if (first >= end)
                    {
                        continue;
                    }

                    var span = row[(int)first..(int)end];
                    span.Clear();
                    for (var i = group * g.GroupIn; i < (group + 1) * g.GroupIn; i++)
                    {
                        var w = weight[(int)((i * g.GroupOut + c - group * g.GroupOut) * g.KernelSize + k)];
                        if (w != T.Zero)
                        {
                            AddScaled(span, input.Slice((int)((n * g.InChannels + i) * length + first), span.Length), w);
                        }
                    }

                    var o = (long)(first * (Int128)g.Stride + offset);
                    foreach (var sum in span)
                    {
                        output[(int)o] += double.CreateTruncating(sum);
                        o += g.Stride;
                    }
                }
            }
        }
    }

    private static void AddScaled<T>(Span<T> row, ReadOnlySpan<T> input, T weight)
        where T : unmanaged, INumber<T>
    {
        var wide = Vector<T>.Count;
        var i = 0;
        var w = new Vector<T>(weight);
        ref var target = ref MemoryMarshal.GetReference(row);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + wide <= row.Length; i += wide)
        {
            var sum = Vector.LoadUnsafe(ref target, (nuint)i) + Vector.LoadUnsafe(ref source, (nuint)i) * w;
            sum.StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            row[i] += input[i] * weight;
        }
    }

    private void SumInDouble(ReadOnlySpan<double> input, ReadOnlySpan<double> weight)
    {
        var g = _geometry;
        var length = (int)g.Length;
        var sums = Row<double>(length);
        Grow(ref _rowMagnitude, length);
        for (var n = 0L; n < g.Batch; n++)
        {
            for (var c = 0L; c < g.OutChannels; c++)
            {
                var group = c / g.GroupOut;
                var start = (int)((n * g.OutChannels + c) * g.OutputLength);
                for (var k = 0L; k < g.KernelSize; k++)
                {
                    var (first, end, offset) = g.Reach(k);
                    if (first >= end)
                    {
                        continue;
                    }

                    var sum = sums[(int)first..(int)end];
                    var magnitude = _rowMagnitude.AsSpan((int)first, sum.Length);
                    sum.Clear();
                    magnitude.Clear();
                    for (var i = group * g.GroupIn; i < (group + 1) * g.GroupIn; i++)
                    {
                        var w = weight[(int)((i * g.GroupOut + c - group * g.GroupOut) * g.KernelSize + k)];
                        AddScaled(sum, magnitude, input.Slice((int)((n * g.InChannels + i) * length + first), sum.Length), w);
                    }

                    var o = (long)(first * (Int128)g.Stride + offset) + start;
                    for (var l = 0; l < sum.Length; l++)
                    {
                        _exact[o] += sum[l];
                        _magnitude[o] += magnitude[l];
                        o += g.Stride;
                    }
                }
            }
        }
    }

    private static void AddScaled(Span<double> sum, Span<double> magnitude, ReadOnlySpan<double> input, double weight)
    {
        var wide = Vector<double>.Count;
        var i = 0;
        var w = new Vector<double>(weight);
        ref var target = ref MemoryMarshal.GetReference(sum);
        ref var absolute = ref MemoryMarshal.GetReference(magnitude);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + wide <= sum.Length; i += wide)
        {
            var product = Vector.LoadUnsafe(ref source, (nuint)i) * w;
            (Vector.LoadUnsafe(ref target, (nuint)i) + product).StoreUnsafe(ref target, (nuint)i);
            (Vector.LoadUnsafe(ref absolute, (nuint)i) + Vector.Abs(product)).StoreUnsafe(ref absolute, (nuint)i);
        }

        for (; i < sum.Length; i++)
        {
            var product = input[i] * weight;
            sum[i] += product;
            magnitude[i] += Math.Abs(product);
        }
    }

    private void SumCompensated(ReadOnlySpan<double> input, ReadOnlySpan<double> weight)
    {
        var g = _geometry;
        var length = (int)g.Length;
        var sums = Row<double>(length);
        Grow(ref _rowLow, length);
        Grow(ref _rowMagnitude, length);
        for (var n = 0L; n < g.Batch; n++)
        {
            for (var c = 0L; c < g.OutChannels; c++)
            {
                var group = c / g.GroupOut;
                var start = (int)((n * g.OutChannels + c) * g.OutputLength);
                for (var k = 0L; k < g.KernelSize; k++)
                {
                    var (first, end, offset) = g.Reach(k);
                    if (first >= end)
                    {
                        continue;
                    }

                    var sum = sums[(int)first..(int)end];
                    var low = _rowLow.AsSpan((int)first, sum.Length);
                    var magnitude = _rowMagnitude.AsSpan((int)first, sum.Length);
                    sum.Clear();
                    low.Clear();
                    magnitude.Clear();
                    for (var i = group * g.GroupIn; i < (group + 1) * g.GroupIn; i++)
                    {
                        var w = weight[(int)((i * g.GroupOut + c - group * g.GroupOut) * g.KernelSize + k)];
                        AddScaled(sum, low, magnitude, input.Slice((int)((n * g.InChannels + i) * length + first), sum.Length), w);
                    }

                    var o = (long)(first * (Int128)g.Stride + offset) + start;
                    for (var l = 0; l < sum.Length; l++)
                    {
                        _low[o] += low[l] + AddTwo(ref _exact[o], sum[l]);
                        _magnitude[o] += magnitude[l];
                        o += g.Stride;
                    }
                }
            }
        }
    }

    private static void AddScaled(Span<double> sum, Span<double> low, Span<double> magnitude, ReadOnlySpan<double> input, double weight)
    {
        var wide = Vector<double>.Count;
        var i = 0;
        var w = new Vector<double>(weight);
        ref var target = ref MemoryMarshal.GetReference(sum);
        ref var rest = ref MemoryMarshal.GetReference(low);
        ref var absolute = ref MemoryMarshal.GetReference(magnitude);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + wide <= sum.Length; i += wide)
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

        for (; i < sum.Length; i++)
        {
            var product = input[i] * weight;
            low[i] += AddTwo(ref sum[i], product) + Math.FusedMultiplyAdd(input[i], weight, -product);
            magnitude[i] += Math.Abs(product);
        }
    }

    /// <summary>sum += value; what rounding lost is returned (Knuth's TwoSum).</summary>
    private static double AddTwo(ref double sum, double value)
    {
        var old = sum;
        sum = old + value;
        var part = sum - old;
        return old - (sum - part) + (value - part);
    }

    private void FinishAll()
    {
        var g = _geometry;
        var length = (int)g.OutputLength;
        Fed = 0;
        var fed = 0;
        foreach (var products in _products.AsSpan(0, length))
        {
            fed += products > 0 || _problem.HasBias ? 1 : 0;
        }

        for (var n = 0L; n < g.Batch; n++)
        {
            for (var c = 0L; c < g.OutChannels; c++)
            {
                var start = (int)((n * g.OutChannels + c) * length);
                Fed += fed;
                if (_tensors.Bias is { } tensor)
                {
                    AddBias(start, length, tensor.At(c));
                }

                if (IsExact)
                {
                    continue;
                }

                for (var o = 0; o < length; o++)
                {
                    Finish(start + o, o);
                }
            }
        }

        if (IsExact)
        {
            Array.Clear(_bound, 0, Count);
            Array.Clear(_low, 0, Count);
        }
    }

    private void AddBias(int start, int length, double bias)
    {
        for (var i = start; i < start + length; i++)
        {
            if (IsExact)
            {
                _exact[i] += bias;
            }
            else
            {
                _low[i] += AddTwo(ref _exact[i], bias);
                _magnitude[i] += Math.Abs(bias);
            }
        }
    }

    /// <summary>Sets the bound of evaluated output <paramref name="i"/>, which stands at position <paramref name="o"/>.</summary>
    private void Finish(int i, int o)
    {
        var single = _problem.DType == DType.Float32;
        var terms = (double)_products[o] * _geometry.GroupIn + (_problem.HasBias ? 1 : 0);
        var own = single ? terms * DoubleRoundoff : terms * terms * DoubleRoundoff * DoubleRoundoff;
        _bound[i] = (_gamma[o] + own) * _magnitude[i] + terms * (single ? FloatEta : DoubleEta);
        if (!double.IsFinite(_exact[i]))
        {
            // Only the class counts; the arithmetic above has made NaN of the rest.
            _low[i] = 0;
            _bound[i] = double.PositiveInfinity;
        }
        else if (single)
        {
            _low[i] = 0;
        }
    }

    private void EvaluateOne(long index, int slot)
    {
        var g = _geometry;
        var o = index % g.OutputLength;
        var c = index / g.OutputLength % g.OutChannels;
        var n = index / g.OutputLength / g.OutChannels;
        var group = c / g.GroupOut;
        var taps = TapsOf(o);
        var sum = 0.0;
        var low = 0.0;
        var magnitude = 0.0;
        for (var i = group * g.GroupIn; i < (group + 1) * g.GroupIn; i++)
        {
            var x = (n * g.InChannels + i) * g.Length;
            var w = (i * g.GroupOut + c - group * g.GroupOut) * g.KernelSize;
            if (_problem.DType == DType.Float32)
            {
                AddTaps(_tensors.Input.Span<float>(), _tensors.Weight.Span<float>(), x, w, taps, ref sum, ref magnitude);
            }
            else
            {
                AddTaps(_tensors.Input.Span<double>(), _tensors.Weight.Span<double>(), x, w, taps, ref sum, ref low, ref magnitude);
            }
        }

        Fed += _products[o] > 0 || _problem.HasBias ? 1 : 0;
        _exact[slot] = sum;
        _low[slot] = low;
        _magnitude[slot] = magnitude;
        if (_tensors.Bias is { } bias)
        {
            AddBias(slot, 1, bias.At(c));
        }

        if (IsExact)
        {
            _bound[slot] = 0;
            _low[slot] = 0;
        }
        else
        {
            Finish(slot, (int)o);
        }
    }

    /// <summary>Pairs (tap, input position) that reach output position <paramref name="o"/>.</summary>
    private ReadOnlySpan<long> TapsOf(long o)
    {
        var g = _geometry;
        var count = 0;
        var needed = 2 * _products[o];
        if (_taps.Length < needed)
        {
            _taps = new long[needed];
        }

        for (var k = 0L; k < g.KernelSize && count < needed; k++)
        {
            var (l, rest) = Int128.DivRem((Int128)o + g.Padding - (Int128)k * g.Dilation, g.Stride);
            if (rest == 0 && l >= 0 && l < g.Length)
            {
                _taps[count++] = k;
                _taps[count++] = (long)l;
            }
        }

        return _taps.AsSpan(0, count);
    }

    private static void AddTaps(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, long x, long w, ReadOnlySpan<long> taps, ref double sum, ref double magnitude)
    {
        for (var t = 0; t < taps.Length; t += 2)
        {
            var product = (double)input[(int)(x + taps[t + 1])] * weight[(int)(w + taps[t])];
            sum += product;
            magnitude += Math.Abs(product);
        }
    }

    private static void AddTaps(ReadOnlySpan<double> input, ReadOnlySpan<double> weight, long x, long w, ReadOnlySpan<long> taps, ref double sum, ref double low, ref double magnitude)
    {
        for (var t = 0; t < taps.Length; t += 2)
        {
            var (a, b) = (input[(int)(x + taps[t + 1])], weight[(int)(w + taps[t])]);
            var product = a * b;
            low += AddTwo(ref sum, product) + Math.FusedMultiplyAdd(a, b, -product);
            magnitude += Math.Abs(product);
        }
    }

    /// <summary>First and last output, each stride phase and each channel at both ends, and some by hash.</summary>
    private long[] ChooseSample()
    {
        var g = _geometry;
        var perOutput = Math.Max(1, TotalProducts() / g.OutputLength);
        var budget = (int)Math.Clamp(SampledProducts / perOutput, 32, MaxSamples);
        var chosen = new SortedSet<long> { 0, g.Outputs - 1 };
        void Add(long n, long c, long o)
        {
            if (chosen.Count < budget)
            {
                chosen.Add((n * g.OutChannels + c) * g.OutputLength + o);
            }
        }

        var seed = CounterRandom.Stream(_problem.DataSeed, 80);
        var phases = Math.Min(g.Stride, Math.Min(g.OutputLength, budget / 4));
        for (var r = 0L; r < phases; r++)
        {
            Add(0, 0, r);
            Add(g.Batch - 1, g.OutChannels - 1, g.OutputLength - 1 - r);
        }

        var blocks = Math.Min(g.OutChannels, budget / 4);
        for (var b = 0L; b < blocks; b++)
        {
            var bits = CounterRandom.At(seed, (ulong)b);
            Add((long)(bits % (ulong)g.Batch), b * g.OutChannels / blocks, (long)((bits >> 20) % (ulong)g.OutputLength));
        }

        for (var j = 1000UL; chosen.Count < budget && j < 1000UL + 4 * (ulong)budget; j++)
        {
            chosen.Add((long)(CounterRandom.At(seed, j) % (ulong)g.Outputs));
        }

        return [.. chosen];
    }

    private Span<T> Row<T>(int length)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            if (_floatRow.Length < length)
            {
                _floatRow = new float[length];
            }

            return MemoryMarshal.Cast<float, T>(_floatRow.AsSpan(0, length));
        }

        Grow(ref _row, length);
        return MemoryMarshal.Cast<double, T>(_row.AsSpan(0, length));
    }

    private static void Grow(ref double[] values, int length)
    {
        if (values.Length < length)
        {
            values = new double[length];
        }
    }
}
