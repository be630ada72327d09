using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>The values that the oracle has evaluated, window by window; a complex element is two of them.</summary>
internal sealed class OracleValues
{
    private readonly List<(long First, long End)> _windows = [];
    private double[] _exact = [];
    private double[] _low = [];
    private double[] _magnitude = [];
    private double[] _bound = [];
    private long[] _whole = [];
    private long[] _indices = [];
    private bool[] _undefined = [];
    private bool _isWhole;

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Whether they are all values of the answer, in its order; else <see cref="Indices"/> tells which.</summary>
    public bool IsExhaustive { get; private set; }

    public ReadOnlySpan<double> Exact => _exact.AsSpan(0, Count);

    public ReadOnlySpan<long> Whole => _whole.AsSpan(0, Count);

    public ReadOnlySpan<double> Low => _low.AsSpan(0, Count);

    public ReadOnlySpan<double> Magnitude => _magnitude.AsSpan(0, Count);

    public ReadOnlySpan<double> Bound => _bound.AsSpan(0, Count);

    public ReadOnlySpan<long> Indices => _indices.AsSpan(0, Count);

    public ReadOnlySpan<bool> Undefined => _undefined.AsSpan(0, Count);

    /// <summary>Forgets all values.</summary>
    public void Clear(DType dtype, bool isExhaustive)
    {
        (Count, IsExhaustive, _isWhole) = (0, isExhaustive, dtype == DType.Int64);
        _windows.Clear();
    }

    /// <summary>Whether the value of this flat index was evaluated.</summary>
    public bool Contains(long index)
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

    /// <summary>Makes room for so many values in all.</summary>
    public void Reserve(int count)
    {
        if (_exact.Length >= count && (!_isWhole || _whole.Length >= count))
        {
            return;
        }

        var size = Math.Max(count, (int)Math.Min(2L * _exact.Length, Array.MaxLength));
        Array.Resize(ref _low, size);
        Array.Resize(ref _magnitude, size);
        Array.Resize(ref _bound, size);
        Array.Resize(ref _indices, size);
        Array.Resize(ref _undefined, size);
        if (_isWhole)
        {
            Array.Resize(ref _whole, size);
        }

        // Last, since its length is what is asked above: memory may run out before.
        Array.Resize(ref _exact, size);
    }

    /// <summary>Appends a window of values, cleared, for which there is room.</summary>
    /// <param name="flat">The flat index of its first value.</param>
    /// <param name="length">Number of values.</param>
    public ValueSpans Append(long flat, int length)
    {
        var start = Count;
        Count += length;
        if (!IsExhaustive)
        {
            _windows.Add((flat, flat + length));
            for (var i = 0; i < length; i++)
            {
                _indices[start + i] = flat + i;
            }
        }

        var values = new ValueSpans(
            _exact.AsSpan(start, length),
            _low.AsSpan(start, length),
            _magnitude.AsSpan(start, length),
            _bound.AsSpan(start, length),
            _undefined.AsSpan(start, length),
            _isWhole ? _whole.AsSpan(start, length) : default);
        values.Exact.Clear();
        values.Low.Clear();
        values.Magnitude.Clear();
        values.Whole.Clear();
        return values;
    }
}
