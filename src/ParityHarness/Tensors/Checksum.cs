using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Tensors;

/// <summary>
/// A checksum at the speed of memory. A change of one 4-byte word always changes it; changes of many, also orderly ones
/// such as all signs, go unseen once in about 2^32.
/// </summary>
internal static unsafe class Checksum
{
    private const uint Odd = 0x9E3779B1;

    /// <summary>Of so many bytes.</summary>
    public static uint Of(byte* data, nuint bytes)
    {
        var width = (nuint)Vector<byte>.Count;
        var (a, b, c, d) = (Vector<uint>.Zero, Vector<uint>.Zero, Vector<uint>.Zero, Vector<uint>.Zero);
        nuint at = 0;
        for (; at + 4 * width <= bytes; at += 4 * width)
        {
            a = Mix(a, Unsafe.ReadUnaligned<Vector<uint>>(data + at));
            b = Mix(b, Unsafe.ReadUnaligned<Vector<uint>>(data + at + width));
            c = Mix(c, Unsafe.ReadUnaligned<Vector<uint>>(data + at + 2 * width));
            d = Mix(d, Unsafe.ReadUnaligned<Vector<uint>>(data + at + 3 * width));
        }

        for (; at + width <= bytes; at += width)
        {
            a = Mix(a, Unsafe.ReadUnaligned<Vector<uint>>(data + at));
        }

        var all = Mix(Mix(Mix(a, b), c), d);
        uint sum = 0;
        for (var i = 0; i < Vector<uint>.Count; i++)
        {
            sum = Mix(sum, all[i]);
        }

        for (; at + 4 <= bytes; at += 4)
        {
            sum = Mix(sum, Unsafe.ReadUnaligned<uint>(data + at));
        }

        for (; at < bytes; at++)
        {
            sum = Mix(sum, data[at]);
        }

        return sum;
    }

    // Multiplied by an odd number and folded, a word becomes another for each value, and no bit stays alone. The sum is
    // turned from word to word, so that places count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Mix(Vector<uint> sum, Vector<uint> word)
    {
        var product = word * Odd;
        return ((sum << 7) | (sum >>> 25)) + (product ^ (product >>> 15));
    }

    private static uint Mix(uint sum, uint word)
    {
        var product = word * Odd;
        return BitOperations.RotateLeft(sum, 7) + (product ^ (product >>> 15));
    }
}
