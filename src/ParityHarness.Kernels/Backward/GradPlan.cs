using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>
/// The sizes of a problem whose gradients are computed by vectors: <see cref="BackwardDefinition{T}"/>'s input position i and tap k meet at output
/// i*stride - padding + k*dilation. With g = gcd(stride, dilation), taps k and k + stride/g read the same plane: every stride-th output from
/// (k mod stride/g)*dilation - padding on; the latter dilation/g farther.
/// </summary>
internal readonly struct GradPlan
{
    // Products of two extents stay within 63 bits, offsets within a row within 31.
    private const long LargestParameter = 1 << 30;
    private const long LargestKernelSize = 1 << 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private GradPlan(in ConvTranspose1dShape shape)
    {
        Batch = (int)shape.Batch;
        Groups = (int)shape.Groups;
        Channels = (int)(shape.InputChannels / shape.Groups);
        OutputChannels = (int)(shape.OutputChannels / shape.Groups);
        Length = (int)shape.InputLength;
        OutputLength = (int)shape.OutputLength;
        KernelSize = (int)shape.KernelSize;
        Stride = (int)shape.Stride;
        Padding = (int)shape.Padding;
        Dilation = (int)shape.Dilation;
        int divisor = (int)CommonDivisor.Of(Stride, Dilation);
        TapStep = Stride / divisor;
        InputStep = Dilation / divisor;
    }

    public int Batch { get; }

    public int Groups { get; }

    /// <summary>Input channels of a group.</summary>
    public int Channels { get; }

    /// <summary>Output channels of a group.</summary>
    public int OutputChannels { get; }

    public int Length { get; }

    public int OutputLength { get; }

    public int KernelSize { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Dilation { get; }

    /// <summary>From one tap of a plane to the next.</summary>
    public int TapStep { get; }

    /// <summary>How much farther the next tap of a plane reads.</summary>
    public int InputStep { get; }

    /// <summary>Multiply-adds of grad_input or of grad_weight, those of padding included.</summary>
    public double Products => (double)Batch * Groups * Channels * Length * OutputChannels * KernelSize;

    /// <summary>Input positions before this one lack a tap.</summary>
    public int Head
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)Math.Min(Length, ((long)Padding + Stride - 1) / Stride);
    }

    /// <summary>Input positions from this one on lack a tap.</summary>
    public int Tail
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            long room = OutputLength - 1L + Padding - ((KernelSize - 1L) * Dilation);
            return room < 0 ? 0 : (int)Math.Min(Length, (room / Stride) + 1);
        }
    }

    /// <summary>False where there is nothing to compute, or an extent is extreme: the definition then serves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryCreate(in ConvTranspose1dShape shape, out GradPlan plan)
    {
        plan = default;
        bool fits = shape.Batch > 0 && shape.KernelSize <= LargestKernelSize
            && shape.Stride <= LargestParameter && shape.Padding <= LargestParameter && shape.Dilation <= LargestParameter;
        if (fits)
        {
            plan = new GradPlan(shape);
        }

        return fits;
    }
}
