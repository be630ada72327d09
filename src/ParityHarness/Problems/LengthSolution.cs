namespace ParityHarness.Problems;

/// <summary>Parameters that give a wanted output length.</summary>
/// <param name="KernelSize">kernel_size.</param>
/// <param name="Stride">stride.</param>
/// <param name="Padding">padding.</param>
/// <param name="OutputPadding">output_padding.</param>
/// <param name="Dilation">dilation.</param>
internal sealed record LengthSolution(long KernelSize, long Stride, long Padding, long OutputPadding, long Dilation)
{
    /// <summary>Whether each output gets equally many products away from the edges, so that there is no checkerboard.</summary>
    public bool IsEven => Dilation == 1 && KernelSize % Stride == 0;

    /// <summary>Whether the output lies as far from both ends of the input: what is cut off in front is as much as behind.</summary>
    public bool IsSymmetric => OutputPadding == 0;

    /// <summary>Products of each input element, for a pair of channels.</summary>
    public long Cost => KernelSize;

    /// <summary>Why it stands where it stands.</summary>
    public string Reason => string.Join("; ", (string[])
    [
        IsEven ? "kernel divisible by stride: no checkerboard" : Dilation > 1 ? "dilated: outputs get products unevenly where gcd(stride, dilation) > 1 or the kernel is short" : "kernel not divisible by stride: checkerboard",
        IsSymmetric ? "symmetric" : $"output_padding {OutputPadding} makes the end longer than the front",
        $"{Cost} products an input",
    ]);

    /// <summary>All within limits, best first: no checkerboard, then symmetric, then without dilation, then the nearest to twice the stride, then the cheapest.</summary>
    /// <param name="inputLength">L, at least 1.</param>
    /// <param name="outputLength">The wanted length, at least 1.</param>
    /// <param name="scale">The stride, or null for any.</param>
    /// <param name="mostKernelSize">The largest kernel_size.</param>
    /// <param name="mostDilation">The largest dilation.</param>
    /// <param name="leastKernelSize">The smallest kernel_size.</param>
    public static IReadOnlyList<LengthSolution> Find(long inputLength, long outputLength, long? scale, long mostKernelSize = 16, long mostDilation = 2, long leastKernelSize = 1)
    {
        var found = new List<LengthSolution>();
        var mostStride = scale ?? Math.Min(64, outputLength);
        for (var stride = scale ?? 1; stride <= mostStride; stride++)
        {
            for (var kernel = leastKernelSize; kernel <= mostKernelSize; kernel++)
            {
                for (var dilation = 1L; dilation <= (kernel == 1 ? 1 : mostDilation); dilation++)
                {
                    for (var outputPadding = 0L; outputPadding < Math.Max(stride, dilation); outputPadding++)
                    {
                        var cut = ProblemRules.OutputLength(inputLength, kernel, stride, 0, outputPadding, dilation) - outputLength;

                        // More padding than the kernel's reach would throw inputs away.
                        if (cut >= 0 && cut % 2 == 0 && cut / 2 <= dilation * (kernel - 1))
                        {
                            found.Add(new LengthSolution(kernel, stride, cut / 2, outputPadding, dilation));
                        }
                    }
                }
            }
        }

        return
        [
            .. found.OrderByDescending(s => s.IsEven).ThenByDescending(s => s.IsSymmetric).ThenBy(s => s.Dilation)
                .ThenByDescending(s => s.KernelSize >= s.Stride).ThenBy(s => Math.Abs(s.KernelSize - 2 * s.Stride)).ThenBy(s => s.OutputPadding).ThenBy(s => s.Cost).ThenBy(s => s.Stride),
        ];
    }
}
