using System.Runtime.CompilerServices;

namespace ParityHarness.Generation;

/// <summary>
/// A counter-based generator: draw i of stream s is a pure function of (s, i), so that any problem or element can be
/// made by itself. The mixing is SplitMix64's finaliser (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014).
/// </summary>
internal struct CounterRandom(ulong stream)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _counter;

    /// <summary>64 well mixed bits of one word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Draw <paramref name="index"/> of stream <paramref name="stream"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(ulong stream, ulong index) => Mix(stream + (index + 1) * Golden);

    /// <summary>A stream of its own for each pair of words.</summary>
    public static ulong Stream(ulong seed, ulong index) => Mix(Mix(seed + Golden) ^ (index * 0xD1342543DE82EF95 + 0x632BE59BD9B4E019));

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => At(stream, _counter++);

    /// <summary>A whole number in [0, count).</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>A whole number in [low, high].</summary>
    public long Between(long low, long high)
    {
        var range = (ulong)(high - low) + 1;
        return range == 0 ? (long)Next() : low + (long)Math.BigMul(Next(), range, out _);
    }

    /// <summary>True once in <paramref name="count"/> times.</summary>
    public bool OneIn(int count) => Below(count) == 0;

    /// <summary>One of the items.</summary>
    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];
}
