using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ParityHarness.Benchmarks;

/// <summary>
/// How fast a problem's bytes can be moved, measured: a loop reads as many bytes as its input, weight and bias have, and
/// writes as many as its output has, both streams side by side. It has the problem's own sizes, so that it runs from the
/// same cache as the problem does, or from memory.
/// </summary>
internal sealed unsafe class StreamBound : IDisposable
{
    private const int Line = 64;

    // A look at the clock takes as long as moving a few kilobytes.
    private const long BytesBetweenLooks = 1 << 17;

    private readonly long _read;
    private readonly long _written;
    private readonly byte* _from;
    private readonly byte* _to;

    /// <summary>For a problem that reads and writes so many bytes.</summary>
    public StreamBound(long read, long written)
    {
        _read = (read + Line - 1) / Line * Line;
        _written = (written + Line - 1) / Line * Line;
        _from = (byte*)NativeMemory.AlignedAlloc((nuint)_read + Line, Line);
        _to = (byte*)NativeMemory.AlignedAlloc((nuint)_written + Line, Line);
        NativeMemory.Clear(_from, (nuint)_read);
        NativeMemory.Clear(_to, (nuint)_written);
    }

    /// <summary>Bytes moved by one pass.</summary>
    public long Bytes => _read + _written;

    /// <summary>Bytes per second.</summary>
    /// <param name="threads">So many, each with its share of both streams.</param>
    /// <param name="seconds">About how long it may take; two passes at least.</param>
    public double Measure(int threads, double seconds) => ThreadRates.Sum(threads, t =>
    {
        var (from, fromBytes) = Share(_from, _read, t, threads);
        var (to, toBytes) = Share(_to, _written, t, threads);
        Pass(from, fromBytes, to, toBytes);
        var atOnce = 1 + (BytesBetweenLooks / (fromBytes + toBytes + 1));
        var best = double.PositiveInfinity;
        var end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        do
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0L; i < atOnce; i++)
            {
                Pass(from, fromBytes, to, toBytes);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (Stopwatch.GetTimestamp() < end);
        return (double)atOnce * (fromBytes + toBytes) / best;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_from);
        NativeMemory.AlignedFree(_to);
    }

    private static (nint At, long Bytes) Share(byte* of, long bytes, int part, int parts)
    {
        var lines = bytes / Line;
        var (first, last) = (lines * part / parts, lines * (part + 1) / parts);
        return ((nint)(of + (first * Line)), (last - first) * Line);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pass(nint fromAddress, long fromBytes, nint toAddress, long toBytes)
    {
        const int Piece = 2048;
        byte* from = (byte*)fromAddress;
        byte* to = (byte*)toAddress;
        var pieces = Math.Max(1, Math.Max(fromBytes, toBytes) / Piece);
        long read = 0, written = 0;
        var sum = Vector256<byte>.Zero;
        for (var piece = 1L; piece <= pieces; piece++)
        {
            var readEnd = fromBytes / Line * piece / pieces * Line;
            for (; read < readEnd; read += Line)
            {
                sum ^= Vector256.Load(from + read) ^ Vector256.Load(from + read + 32);
            }

            var writeEnd = toBytes / Line * piece / pieces * Line;
            for (; written < writeEnd; written += Line)
            {
                sum.Store(to + written);
                sum.Store(to + written + 32);
            }
        }
    }
}
