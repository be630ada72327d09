using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>
/// Problems that are multiplied tap by tap: [Cout*K, Cin] times [Cin, L] gives each input position a column of K numbers for each output channel, which
/// are added where their outputs are. Bands read the input anew for each tap, mostly across two cache lines, and multiply the padding too; where there
/// are few output channels that takes more time than the sums.
/// </summary>
internal static class Columns
{
    private const int MostOutputChannels = 2;
    private const int LeastChannels = 24;
    private const int LeastTaps = 3;
    private const int LeastLength = 8;
    private const int LargestReach = 4096;
    private const int LargestChannels = 1 << 16;
    private const int LargestLength = 1 << 30;

    /// <summary>Whether a problem is one of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fit(in ConvTranspose1dShape shape)
        => shape.Stride == 1 && shape.KernelSize >= LeastTaps
            && shape.OutputChannels <= MostOutputChannels * shape.Groups && shape.InputChannels >= LeastChannels * shape.OutputChannels
            && shape.InputChannels <= LargestChannels && shape.InputLength is >= LeastLength and <= LargestLength && shape.OutputLength <= LargestLength
            && shape.KernelSize <= LargestReach && shape.Dilation <= LargestReach && shape.KernelSize * shape.Dilation <= LargestReach;
}
