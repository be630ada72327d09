using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Kernels;

/// <summary>256 bits: AVX2 with FMA.</summary>
internal unsafe struct Lanes256<T> : ILanes<Lanes256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector256<T> lanes;

    private Lanes256(Vector256<T> lanes) => this.lanes = lanes;

    public static int Count => Vector256<T>.Count;

    public static bool HasManyRegisters => Avx512F.VL.IsSupported;

    public static Lanes256<T> Zero => new(Vector256<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(T* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Broadcast(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Add(Lanes256<T> left, Lanes256<T> right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref Lanes256<T> sum, Lanes256<T> left, Lanes256<T> right)
    {
        if (typeof(T) == typeof(float))
        {
            sum.lanes = Vector256.FusedMultiplyAdd(left.lanes.AsSingle(), right.lanes.AsSingle(), sum.lanes.AsSingle()).As<float, T>();
        }
        else
        {
            sum.lanes = Vector256.FusedMultiplyAdd(left.lanes.AsDouble(), right.lanes.AsDouble(), sum.lanes.AsDouble()).As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> ZipLow(Lanes256<T> left, Lanes256<T> right)
        => typeof(T) == typeof(float)
            ? new(ZipLow(left.lanes.AsSingle(), right.lanes.AsSingle()).As<float, T>())
            : new(ZipLow(left.lanes.AsDouble(), right.lanes.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> ZipHigh(Lanes256<T> left, Lanes256<T> right)
        => typeof(T) == typeof(float)
            ? new(ZipHigh(left.lanes.AsSingle(), right.lanes.AsSingle()).As<float, T>())
            : new(ZipHigh(left.lanes.AsDouble(), right.lanes.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Merge(Lanes256<T> left, Lanes256<T> right, int* lanes)
    {
        var index = Vector256.Load(lanes);
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.PermuteVar8x32x2(left.lanes.AsSingle(), index, right.lanes.AsSingle()).As<float, T>());
        }

        // The number's bit 3, of 8 lanes a side, chooses the side.
        var fromLeft = Avx2.PermuteVar8x32(left.lanes.AsSingle(), index);
        var fromRight = Avx2.PermuteVar8x32(right.lanes.AsSingle(), index);
        return new(Avx.BlendVariable(fromLeft, fromRight, (index << 28).AsSingle()).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256<T> value, T* target) => value.lanes.Store(target);

    // Unpacking works within each half of 128 bits; the halves are then put in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ZipLow(Vector256<float> left, Vector256<float> right)
        => Avx.Permute2x128(Avx.UnpackLow(left, right), Avx.UnpackHigh(left, right), 0x20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ZipHigh(Vector256<float> left, Vector256<float> right)
        => Avx.Permute2x128(Avx.UnpackLow(left, right), Avx.UnpackHigh(left, right), 0x31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ZipLow(Vector256<double> left, Vector256<double> right)
        => Avx.Permute2x128(Avx.UnpackLow(left, right), Avx.UnpackHigh(left, right), 0x20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ZipHigh(Vector256<double> left, Vector256<double> right)
        => Avx.Permute2x128(Avx.UnpackLow(left, right), Avx.UnpackHigh(left, right), 0x31);
}
