using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Kernels;

/// <summary>128 bits: SSE with FMA, or ARM64.</summary>
internal unsafe struct Lanes128<T> : ILanes<Lanes128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector128<T> lanes;

    private Lanes128(Vector128<T> lanes) => this.lanes = lanes;

    public static int Count => Vector128<T>.Count;

    public static bool HasManyRegisters => AdvSimd.Arm64.IsSupported || Avx512F.VL.IsSupported;

    public static Lanes128<T> Zero => new(Vector128<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Load(T* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Broadcast(T value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Add(Lanes128<T> left, Lanes128<T> right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref Lanes128<T> sum, Lanes128<T> left, Lanes128<T> right)
    {
        if (typeof(T) == typeof(float))
        {
            sum.lanes = Vector128.FusedMultiplyAdd(left.lanes.AsSingle(), right.lanes.AsSingle(), sum.lanes.AsSingle()).As<float, T>();
        }
        else
        {
            sum.lanes = Vector128.FusedMultiplyAdd(left.lanes.AsDouble(), right.lanes.AsDouble(), sum.lanes.AsDouble()).As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> ZipLow(Lanes128<T> left, Lanes128<T> right)
        => typeof(T) == typeof(float)
            ? new(ZipLow(left.lanes.AsSingle(), right.lanes.AsSingle()).As<float, T>())
            : new(ZipLow(left.lanes.AsDouble(), right.lanes.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> ZipHigh(Lanes128<T> left, Lanes128<T> right)
        => typeof(T) == typeof(float)
            ? new(ZipHigh(left.lanes.AsSingle(), right.lanes.AsSingle()).As<float, T>())
            : new(ZipHigh(left.lanes.AsDouble(), right.lanes.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Merge(Lanes128<T> left, Lanes128<T> right, int* lanes)
    {
        // The number's bit 2, of 4 lanes a side, chooses the side.
        var index = Vector128.Load(lanes);
        if (Avx.IsSupported)
        {
            var fromLeft = Avx.PermuteVar(left.lanes.AsSingle(), index);
            var fromRight = Avx.PermuteVar(right.lanes.AsSingle(), index);
            return new(Sse41.BlendVariable(fromLeft, fromRight, (index << 29).AsSingle()).As<float, T>());
        }

        var within = index & Vector128.Create(3);
        return new(Vector128.ConditionalSelect(
            Vector128.GreaterThan(index, Vector128.Create(3)), Vector128.Shuffle(right.lanes.AsInt32(), within), Vector128.Shuffle(left.lanes.AsInt32(), within)).As<int, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128<T> value, T* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> left, Vector128<float> right)
        => Sse.IsSupported ? Sse.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> left, Vector128<float> right)
        => Sse.IsSupported ? Sse.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipLow(Vector128<double> left, Vector128<double> right)
        => Sse2.IsSupported ? Sse2.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipHigh(Vector128<double> left, Vector128<double> right)
        => Sse2.IsSupported ? Sse2.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);
}
