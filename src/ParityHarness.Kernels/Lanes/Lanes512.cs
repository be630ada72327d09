using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Kernels;

/// <summary>512 bits: AVX-512F.</summary>
internal unsafe struct Lanes512<T> : ILanes<Lanes512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector512<T> lanes;

    private Lanes512(Vector512<T> lanes) => this.lanes = lanes;

    public static int Count => Vector512<T>.Count;

    public static bool HasManyRegisters => true;

    public static Lanes512<T> Zero => new(Vector512<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(T* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Add(Lanes512<T> left, Lanes512<T> right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref Lanes512<T> sum, Lanes512<T> left, Lanes512<T> right)
    {
        if (typeof(T) == typeof(float))
        {
            sum.lanes = Vector512.FusedMultiplyAdd(left.lanes.AsSingle(), right.lanes.AsSingle(), sum.lanes.AsSingle()).As<float, T>();
        }
        else
        {
            sum.lanes = Vector512.FusedMultiplyAdd(left.lanes.AsDouble(), right.lanes.AsDouble(), sum.lanes.AsDouble()).As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> ZipLow(Lanes512<T> left, Lanes512<T> right)
        => typeof(T) == typeof(float)
            ? new(ZipLow(left.lanes.AsSingle(), right.lanes.AsSingle()).As<float, T>())
            : new(ZipLow(left.lanes.AsDouble(), right.lanes.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> ZipHigh(Lanes512<T> left, Lanes512<T> right)
        => typeof(T) == typeof(float)
            ? new(ZipHigh(left.lanes.AsSingle(), right.lanes.AsSingle()).As<float, T>())
            : new(ZipHigh(left.lanes.AsDouble(), right.lanes.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Merge(Lanes512<T> left, Lanes512<T> right, int* lanes)
        => new(Avx512F.PermuteVar16x32x2(left.lanes.AsSingle(), Vector512.Load(lanes), right.lanes.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512<T> value, T* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ZipLow(Vector512<float> left, Vector512<float> right)
        => Avx512F.PermuteVar16x32x2(left, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ZipHigh(Vector512<float> left, Vector512<float> right)
        => Avx512F.PermuteVar16x32x2(left, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ZipLow(Vector512<double> left, Vector512<double> right)
        => Avx512F.PermuteVar8x64x2(left, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ZipHigh(Vector512<double> left, Vector512<double> right)
        => Avx512F.PermuteVar8x64x2(left, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), right);
}
