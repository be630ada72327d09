using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

using ParityHarness.Kernels;
using ParityHarness.Problems;

namespace ParityHarness.Benchmarks;

/// <summary>
/// The most multiply-adds that this machine does, measured: fused multiply-adds of one width, all operands in registers,
/// on as many threads as what is compared with it has.
/// </summary>
internal static class FmaPeak
{
    // Latency 4 on 2 units needs 8 chains; 12 leave room within 16 registers.
    private const int Chains = 12;

    /// <summary>Whether there is a loop for the dtype.</summary>
    public static bool Has(DType dtype) => dtype is DType.Float32 or DType.Float64;

    /// <summary>Multiply-adds per second.</summary>
    /// <param name="dtype">One that <see cref="Has"/>.</param>
    /// <param name="level">The width.</param>
    /// <param name="threads">How many loops run at once.</param>
    /// <param name="seconds">About how long it may take.</param>
    public static double Measure(DType dtype, SimdLevel level, int threads, double seconds) =>
        ThreadRates.Sum(threads, _ => dtype == DType.Float64 ? Rate<double>(level, seconds) : Rate<float>(level, seconds));

    private static double Rate<T>(SimdLevel level, double seconds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Steps = 4096;
        var lanes = level == SimdLevel.Scalar ? 1 : (int)level / 8 / Unsafe.SizeOf<T>();
        var best = double.PositiveInfinity;
        var end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        do
        {
            var start = Stopwatch.GetTimestamp();
            T sum = level switch
            {
                SimdLevel.Vector512 => Loop512<T>(Steps),
                SimdLevel.Vector256 => Loop256<T>(Steps),
                SimdLevel.Vector128 => Loop128<T>(Steps),
                _ => LoopScalar<T>(Steps),
            };
            var time = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = T.IsNaN(sum) ? best : Math.Min(best, time); // the sum is looked at, else nothing need be computed
        }
        while (Stopwatch.GetTimestamp() < end);
        return (double)Steps * Chains * lanes / best;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Loop512<T>(int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> a = Vector512.Create(T.CreateTruncating(0.5)), b = Vector512.Create(T.One);
        Vector512<T> s0 = Vector512.Create(T.Zero);
        Vector512<T> s1 = Vector512.Create(T.Zero);
        Vector512<T> s2 = Vector512.Create(T.Zero);
        Vector512<T> s3 = Vector512.Create(T.Zero);
        Vector512<T> s4 = Vector512.Create(T.Zero);
        Vector512<T> s5 = Vector512.Create(T.Zero);
        Vector512<T> s6 = Vector512.Create(T.Zero);
        Vector512<T> s7 = Vector512.Create(T.Zero);
        Vector512<T> s8 = Vector512.Create(T.Zero);
        Vector512<T> s9 = Vector512.Create(T.Zero);
        Vector512<T> s10 = Vector512.Create(T.Zero);
        Vector512<T> s11 = Vector512.Create(T.Zero);
        for (var i = 0; i < steps; i++)
        {
            s0 = MultiplyAdd512(s0, a, b);
            s1 = MultiplyAdd512(s1, a, b);
            s2 = MultiplyAdd512(s2, a, b);
            s3 = MultiplyAdd512(s3, a, b);
            s4 = MultiplyAdd512(s4, a, b);
            s5 = MultiplyAdd512(s5, a, b);
            s6 = MultiplyAdd512(s6, a, b);
            s7 = MultiplyAdd512(s7, a, b);
            s8 = MultiplyAdd512(s8, a, b);
            s9 = MultiplyAdd512(s9, a, b);
            s10 = MultiplyAdd512(s10, a, b);
            s11 = MultiplyAdd512(s11, a, b);
        }

        return Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Loop256<T>(int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> a = Vector256.Create(T.CreateTruncating(0.5)), b = Vector256.Create(T.One);
        Vector256<T> s0 = Vector256.Create(T.Zero);
        Vector256<T> s1 = Vector256.Create(T.Zero);
        Vector256<T> s2 = Vector256.Create(T.Zero);
        Vector256<T> s3 = Vector256.Create(T.Zero);
        Vector256<T> s4 = Vector256.Create(T.Zero);
        Vector256<T> s5 = Vector256.Create(T.Zero);
        Vector256<T> s6 = Vector256.Create(T.Zero);
        Vector256<T> s7 = Vector256.Create(T.Zero);
        Vector256<T> s8 = Vector256.Create(T.Zero);
        Vector256<T> s9 = Vector256.Create(T.Zero);
        Vector256<T> s10 = Vector256.Create(T.Zero);
        Vector256<T> s11 = Vector256.Create(T.Zero);
        for (var i = 0; i < steps; i++)
        {
            s0 = MultiplyAdd256(s0, a, b);
            s1 = MultiplyAdd256(s1, a, b);
            s2 = MultiplyAdd256(s2, a, b);
            s3 = MultiplyAdd256(s3, a, b);
            s4 = MultiplyAdd256(s4, a, b);
            s5 = MultiplyAdd256(s5, a, b);
            s6 = MultiplyAdd256(s6, a, b);
            s7 = MultiplyAdd256(s7, a, b);
            s8 = MultiplyAdd256(s8, a, b);
            s9 = MultiplyAdd256(s9, a, b);
            s10 = MultiplyAdd256(s10, a, b);
            s11 = MultiplyAdd256(s11, a, b);
        }

        return Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Loop128<T>(int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> a = Vector128.Create(T.CreateTruncating(0.5)), b = Vector128.Create(T.One);
        Vector128<T> s0 = Vector128.Create(T.Zero);
        Vector128<T> s1 = Vector128.Create(T.Zero);
        Vector128<T> s2 = Vector128.Create(T.Zero);
        Vector128<T> s3 = Vector128.Create(T.Zero);
        Vector128<T> s4 = Vector128.Create(T.Zero);
        Vector128<T> s5 = Vector128.Create(T.Zero);
        Vector128<T> s6 = Vector128.Create(T.Zero);
        Vector128<T> s7 = Vector128.Create(T.Zero);
        Vector128<T> s8 = Vector128.Create(T.Zero);
        Vector128<T> s9 = Vector128.Create(T.Zero);
        Vector128<T> s10 = Vector128.Create(T.Zero);
        Vector128<T> s11 = Vector128.Create(T.Zero);
        for (var i = 0; i < steps; i++)
        {
            s0 = MultiplyAdd128(s0, a, b);
            s1 = MultiplyAdd128(s1, a, b);
            s2 = MultiplyAdd128(s2, a, b);
            s3 = MultiplyAdd128(s3, a, b);
            s4 = MultiplyAdd128(s4, a, b);
            s5 = MultiplyAdd128(s5, a, b);
            s6 = MultiplyAdd128(s6, a, b);
            s7 = MultiplyAdd128(s7, a, b);
            s8 = MultiplyAdd128(s8, a, b);
            s9 = MultiplyAdd128(s9, a, b);
            s10 = MultiplyAdd128(s10, a, b);
            s11 = MultiplyAdd128(s11, a, b);
        }

        return Vector128.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T LoopScalar<T>(int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T a = T.CreateTruncating(0.5), b = T.One;
        T s0 = T.Zero;
        T s1 = T.Zero;
        T s2 = T.Zero;
        T s3 = T.Zero;
        T s4 = T.Zero;
        T s5 = T.Zero;
        T s6 = T.Zero;
        T s7 = T.Zero;
        T s8 = T.Zero;
        T s9 = T.Zero;
        T s10 = T.Zero;
        T s11 = T.Zero;
        for (var i = 0; i < steps; i++)
        {
            s0 = T.FusedMultiplyAdd(s0, a, b);
            s1 = T.FusedMultiplyAdd(s1, a, b);
            s2 = T.FusedMultiplyAdd(s2, a, b);
            s3 = T.FusedMultiplyAdd(s3, a, b);
            s4 = T.FusedMultiplyAdd(s4, a, b);
            s5 = T.FusedMultiplyAdd(s5, a, b);
            s6 = T.FusedMultiplyAdd(s6, a, b);
            s7 = T.FusedMultiplyAdd(s7, a, b);
            s8 = T.FusedMultiplyAdd(s8, a, b);
            s9 = T.FusedMultiplyAdd(s9, a, b);
            s10 = T.FusedMultiplyAdd(s10, a, b);
            s11 = T.FusedMultiplyAdd(s11, a, b);
        }

        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd512<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c)
        where T : unmanaged
        => typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> MultiplyAdd256<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c)
        where T : unmanaged
        => typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> MultiplyAdd128<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c)
        where T : unmanaged
        => typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
