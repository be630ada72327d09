using ParityHarness.Problems;

namespace ParityHarness.Runners;

/// <summary>
/// Shapes and parameters of a call, by PyTorch's names. They may be illegal: any number of dimensions, any int64. The
/// sizes that are read from the shapes throw where the shapes are not of PyTorch's form, as PyTorch rejects them.
/// </summary>
public sealed record ConvTranspose1dParameters
{
    /// <summary>[N, Cin, L], or [Cin, L] without a batch.</summary>
    public required long[] InputShape { get; init; }

    /// <summary>[Cin, Cout/groups, K].</summary>
    public required long[] WeightShape { get; init; }

    /// <summary>stride.</summary>
    public long Stride { get; init; } = 1;

    /// <summary>padding.</summary>
    public long Padding { get; init; }

    /// <summary>output_padding.</summary>
    public long OutputPadding { get; init; }

    /// <summary>groups.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>dilation, 1-based.</summary>
    public long Dilation { get; init; } = 1;

    /// <summary>N; 1 without a batch.</summary>
    /// <exception cref="RejectedException">The input has neither 2 nor 3 dimensions.</exception>
    public long Batch => Input[0];

    /// <summary>Cin, by the input.</summary>
    /// <exception cref="RejectedException">The input has neither 2 nor 3 dimensions.</exception>
    public long InChannels => Input[1];

    /// <summary>L.</summary>
    /// <exception cref="RejectedException">The input has neither 2 nor 3 dimensions.</exception>
    public long Length => Input[2];

    /// <summary>Cout.</summary>
    /// <exception cref="RejectedException">The weight does not have 3 dimensions, or Cout does not fit 64 bits.</exception>
    public long OutChannels
    {
        get
        {
            var channels = (Int128)Weight[1] * Groups;
            return channels == (long)channels ? (long)channels : throw new RejectedException(RejectionReason.Overflow, "the number of output channels does not fit 64 bits");
        }
    }

    /// <summary>K.</summary>
    /// <exception cref="RejectedException">The weight does not have 3 dimensions.</exception>
    public long KernelSize => Weight[2];

    private long[] Input => InputShape switch
    {
        [_, _, _] => InputShape,
        [var channels, var length] => [1, channels, length],
        _ => throw new RejectedException(RejectionReason.InputDimensions, "expected 2D (unbatched) or 3D (batched) input"),
    };

    private long[] Weight => WeightShape.Length == 3 ? WeightShape : throw new RejectedException(RejectionReason.WeightDimensions, "weight should have three dimensions");
}
