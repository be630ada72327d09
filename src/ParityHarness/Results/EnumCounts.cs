using System.Runtime.CompilerServices;

namespace ParityHarness.Results;

/// <summary>A number for each value of an enum whose values are 0, 1, 2, ...</summary>
internal sealed class EnumCounts<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private readonly long[] _counts = new long[Values.Length];

    /// <summary>The number of a value.</summary>
    public long this[T of]
    {
        get => _counts[Unsafe.BitCast<T, int>(of)];
        set => _counts[Unsafe.BitCast<T, int>(of)] = value;
    }

    /// <summary>The sum of all.</summary>
    public long Total => _counts.Sum();

    /// <summary>Adds other numbers to these.</summary>
    public void Add(EnumCounts<T> other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>The numbers that are not 0, by the <see cref="Words"/> of their values.</summary>
    public SortedDictionary<string, long> ToWords() =>
        new(Values.Where(value => this[value] != 0).ToDictionary(Words.Of, value => this[value], StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Adds the numbers of <see cref="ToWords"/>.</summary>
    /// <exception cref="FormatException">There is no such value.</exception>
    public void Add(IEnumerable<KeyValuePair<string, long>> words)
    {
        foreach (var (word, count) in words)
        {
            this[Words.Parse<T>(word)] += count;
        }
    }
}
