using System.Buffers;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A pooled buffer from which aligned pieces are taken. Its array must be pinned while pieces are in use.</summary>
internal readonly unsafe struct PooledBytes
{
    /// <summary>Of the pieces, in bytes.</summary>
    public const int Alignment = 64;

    private PooledBytes(byte[] array) => Array = array;

    public byte[] Array { get; }

    /// <summary>Room for pieces of so many bytes together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PooledBytes Rent(nint bytes, int pieces) => new(ArrayPool<byte>.Shared.Rent(checked((int)(bytes + (pieces * Alignment)))));

    /// <summary>The next piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Take(ref byte* next, nint bytes)
    {
        byte* start = (byte*)(((nint)next + Alignment - 1) & -Alignment);
        next = start + bytes;
        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return() => ArrayPool<byte>.Shared.Return(Array);
}
