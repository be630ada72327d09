using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>How grad_output is taken apart for grad_input: which plane a tap reads and where. Which way is chosen changes no bit.</summary>
internal readonly struct GradPlanes
{
    private const int PitchStep = 16;
    private readonly int tapStep;
    private readonly bool isByResidue;

    /// <summary>For so many positions at a time, of several runs together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public GradPlanes(in GradPlan plan, int width, int runs = 1)
    {
        tapStep = plan.TapStep;
        Count = Math.Min(plan.KernelSize, tapStep);
        Step = plan.Dilation;

        // Where every output of a stride is read, its planes start at neighbours, and are filled together.
        isByResidue = plan.Dilation > 1 && tapStep == plan.Stride && plan.KernelSize >= plan.Stride;
        long reach = (plan.KernelSize - 1) / tapStep * (long)plan.InputStep;
        if (isByResidue)
        {
            Step = 1;
            reach = (plan.KernelSize - 1) * (long)plan.Dilation / plan.Stride;
        }

        // Where taps of a plane are so far apart that it would be mostly reach, each tap has a plane of its own.
        if (Count * (width + (runs * reach)) > (long)plan.KernelSize * width)
        {
            (tapStep, Count, Step, reach, isByResidue) = (plan.KernelSize, plan.KernelSize, plan.Dilation, 0, false);
        }

        Reach = (int)reach;

        // An odd number of cache lines: planes do not meet in the same lines of the cache.
        Pitch = (nint)(((width + (runs * reach) + PitchStep - 1) / PitchStep) | 1) * PitchStep;
    }

    /// <summary>Planes of an output channel; plane j starts at what the first position reads, j*<see cref="Step"/> after its first tap.</summary>
    public int Count { get; }

    /// <summary>From where one plane starts to where the next one does.</summary>
    public int Step { get; }

    /// <summary>How much farther than its first tap a plane is read.</summary>
    public int Reach { get; }

    /// <summary>From one plane to the next.</summary>
    public nint Pitch { get; }

    /// <summary>Where the terms of so many output channels, by channel and tap, stand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void FillOffsets(in GradPlan plan, int channels, nint* offsets)
    {
        for (nint c = 0; c < channels; c++)
        {
            nint far = 0;
            nint plane = 0;
            for (int k = 0; k < plan.KernelSize; k++)
            {
                if (isByResidue)
                {
                    (far, plane) = Math.DivRem((nint)k * plan.Dilation, plan.Stride);
                }

                *offsets++ = (((c * Count) + plane) * Pitch) + far;
                if (++plane == tapStep)
                {
                    plane = 0;
                    far += plan.InputStep;
                }
            }
        }
    }
}
