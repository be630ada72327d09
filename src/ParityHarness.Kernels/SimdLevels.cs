using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Kernels;

/// <summary>What this machine, as the runtime is configured, can run.</summary>
public static class SimdLevels
{
    private static readonly SimdLevel[] SupportedLevels = [.. Enum.GetValues<SimdLevel>().Where(HasHardware).Order()];

    /// <summary>The supported levels, narrowest first; <see cref="SimdLevel.Scalar"/> is always one of them.</summary>
    public static IReadOnlyList<SimdLevel> Supported { get; } = Array.AsReadOnly(SupportedLevels);

    /// <summary>The widest supported level, which is what runs unless another is asked for.</summary>
    public static SimdLevel Best { get; } = SupportedLevels[^1];

    /// <summary>Whether <paramref name="level"/> can run here.</summary>
    public static bool IsSupported(SimdLevel level) => level == Best || Array.IndexOf(SupportedLevels, level) >= 0;

    internal static SimdLevel Require(SimdLevel? level)
    {
        if (level is not { } wanted)
        {
            return Best;
        }

        return IsSupported(wanted)
            ? wanted
            : throw new PlatformNotSupportedException($"SIMD level {wanted} is not supported here; supported: {string.Join(", ", SupportedLevels)}.");
    }

    // A fused multiply-add is the definition, so a level without it in hardware would be slower than scalar code, not faster.
    // For 512 both questions are asked: IsHardwareAccelerated follows the user's PreferredVectorBitWidth and the runtime's
    // judgement of throttling, IsSupported says only that the instructions exist.
    private static bool HasHardware(SimdLevel level) => level switch
    {
        SimdLevel.Scalar => true,
        SimdLevel.Vector128 => Fma.IsSupported || AdvSimd.Arm64.IsSupported,
        SimdLevel.Vector256 => Fma.IsSupported && Avx2.IsSupported && Vector256.IsHardwareAccelerated,
        SimdLevel.Vector512 => Fma.IsSupported && Avx512F.IsSupported && Vector512.IsHardwareAccelerated,
        _ => false,
    };
}
