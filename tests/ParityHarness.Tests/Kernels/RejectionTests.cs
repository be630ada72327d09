using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>What PyTorch rejects, in the order in which it checks; each problem breaks its rule and all that are checked later and can be broken with it.</summary>
public class RejectionTests
{
    public static TheoryData<long[], long[], long[]?, long[], long[], long[], long, long[], RejectionReason, string> Rejections => new()
    {
        { [4], [3], null, [0, 0], [-1], [-1], 0, [0], RejectionReason.InputDimensions, "Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d, but got input of size: [4]" },
        { [1, 1, 1, 4], [1, 1, 3], null, [1], [0], [0], 1, [1], RejectionReason.InputDimensions, "Expected 2D" },
        { [1, -1, 4], [1, 1, 3], null, [1], [0], [0], 1, [1], RejectionReason.InputDimensions, "negative dimension" },
        { [1, 2, 4], [2, 3], null, [0, 0], [-1], [-1], 0, [0], RejectionReason.WeightDimensions, "weight should have at least three dimensions" },
        { [1, 2, 4], [2, -3, 3], null, [0], [-1], [-1], 0, [0], RejectionReason.WeightDimensions, "negative dimension" },
        { [1, 2, 4], [2, 3, 3], null, [0, 0], [-1], [-1], 0, [0], RejectionReason.NonPositiveGroups, "non-positive groups is not supported" },
        { [1, 2, 4], [2, 3, 3], null, [1, 1], [-1], [-1], 3, [0], RejectionReason.ParameterCount, "expected stride to be a single integer value or a list of 1 values to match the convolution dimensions, but got stride=[1, 1]" },
        { [1, 2, 4], [2, 3, 3], null, [1], [], [-1], 3, [0], RejectionReason.ParameterCount, "expected padding" },
        { [1, 2, 4], [2, 3, 3], null, [1], [0], [-1], 3, [1, 1], RejectionReason.ParameterCount, "expected dilation" },
        { [1, 2, 4], [2, 3, 3], null, [1], [0], [0, 0], 3, [1], RejectionReason.ParameterCount, "expected output_padding" },
        { [1, 2, 4], [2, 3, 3], null, [0], [-1], [-1], 3, [0], RejectionReason.NegativePadding, "negative padding is not supported" },
        { [1, 2, 4], [2, 3, 3], null, [0], [0], [-1], 3, [0], RejectionReason.NegativeOutputPadding, "negative output_padding is not supported" },
        { [1, 2, 4], [2, 3, 3], null, [0], [0], [0], 3, [0], RejectionReason.NonPositiveStride, "non-positive stride is not supported" },
        { [1, 2, 4], [2, 3, 3, 3], null, [1, 1], [0], [0], 3, [0], RejectionReason.WeightDimensions, "Expected 4-dimensional input for 4-dimensional weight [2, 3, 3, 3], but got 3-dimensional input of size [1, 2, 4] instead" },
        { [1, 5, 4], [2, 3, 3], [1], [1], [0], [9], 3, [0], RejectionReason.WeightGroups, "Given groups=3, expected weight to be at least 3 at dimension 0, but got weight of size [2, 3, 3] instead" },
        { [1, 5, 4], [3, 3, 3], [1], [1], [0], [9], 2, [0], RejectionReason.WeightGroups, "Given groups=2, expected weight to be divisible by 2 at dimension 0" },
        { [5, 4], [2, 3, 3], [2], [1], [0], [9], 1, [0], RejectionReason.InputChannels, "Given transposed=1, weight of size [2, 3, 3], expected input[1, 5, 4] to have 2 channels, but got 5 channels instead" },
        { [1, 2, 0], [2, 3, 0], [2], [1], [0], [9], 1, [0], RejectionReason.BiasShape, "Given transposed=1, weight of size [2, 3, 0], expected bias to be 1-dimensional with 3 elements, but got bias of size [2] instead" },
        { [1, 2, 0], [2, 3, 0], [3, 1], [1], [0], [9], 1, [0], RejectionReason.BiasShape, "bias to be 1-dimensional with 3 elements, but got bias of size [3, 1] instead" },
        { [1, 2, 0], [2, 0, 0], null, [1], [0], [9], 1, [0], RejectionReason.EmptyInput, "Only zero batch or zero channel inputs are supported, but got input shape: [1, 2, 0]" },
        { [1, 2, 2], [2, 0, 0], null, [1], [0], [9], 1, [0], RejectionReason.KernelSize, "kernel size should be greater than zero" },
        { [1, 2, 2], [2, 0, 3], null, [1], [0], [9], 1, [0], RejectionReason.NonPositiveDilation, "dilation should be greater than zero" },
        { [1, 2, 2], [2, 0, 3], null, [1], [99], [1], 1, [1], RejectionReason.OutputPaddingTooLarge, "output padding must be smaller than either stride or dilation" },
        { [1, 2, 2], [2, 0, 3], null, [1], [99], [0], 1, [1], RejectionReason.EmptyWeight, "non-empty 2D or 4D weight tensor expected" },
        { [1, 1, 4], [1, 1, 3], null, [1], [3], [0], 1, [1], RejectionReason.OutputSize, "Given input size per channel: (1 x 4). Calculated output size per channel: (1 x 0). Output size is too small" },
        { [1, 1, 4], [1, 1, 3], null, [1], [4], [0], 1, [1], RejectionReason.OutputSize, "(1 x -2)" },

        // An empty batch excuses none of these.
        { [0, 2, 2], [2, 3, 3], null, [1], [0], [0], 1, [0], RejectionReason.NonPositiveDilation, "dilation" },
        { [0, 2, 2], [2, 3, 3], null, [1], [0], [1], 1, [1], RejectionReason.OutputPaddingTooLarge, "output padding" },

        // Where 64 bits would wrap.
        { [1, 1, 4], [1, 1, 3], null, [1], [long.MaxValue], [0], 1, [1], RejectionReason.OutputSize, "Output size is too small" },
        { [1, 1, 4], [1, 1, 3], null, [2], [0], [(1L << 32) + 1], 1, [1], RejectionReason.OutputPaddingTooLarge, "4294967297" },
        { [1, 1, 4], [1, 1, 3], null, [long.MaxValue], [0], [0], 1, [1], RejectionReason.Overflow, "does not fit" },
        { [1, 1, 4], [1, 1, 4], null, [1], [0], [0], 1, [long.MaxValue], RejectionReason.Overflow, "does not fit" },
        { [1L << 40, 1, 1L << 40], [1, 1, 1], null, [1], [0], [0], 1, [1], RejectionReason.Overflow, "does not fit" },
        { [1, 1, long.MaxValue], [1, 1, long.MaxValue], null, [long.MaxValue], [0], [0], 1, [long.MaxValue], RejectionReason.Overflow, "does not fit" },
        { [long.MaxValue, 1, 1], [1, long.MaxValue, 1], null, [1], [0], [0], 1, [1], RejectionReason.Overflow, "does not fit" },
    };

    [Theory]
    [MemberData(nameof(Rejections))]
    public void The_first_broken_rule_is_named(
        long[] input, long[] weight, long[]? bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation, RejectionReason expected, string words)
    {
        bool accepted = ConvTranspose1dShape.TryCreate(
            input, weight, bias, bias is not null, stride, padding, outputPadding, groups, dilation, out _, out var reason, out var message);

        Assert.False(accepted);
        Assert.Equal(expected, reason);
        Assert.Contains(words, message, StringComparison.Ordinal);
        var thrown = Assert.Throws<ConvTranspose1dException>(
            () => ConvTranspose1dShape.Create(input, weight, bias, bias is not null, stride, padding, outputPadding, groups, dilation));
        Assert.Equal(expected, thrown.Reason);
    }

    [Fact]
    public void The_numbers_of_the_reasons_never_change()
        => Assert.Equal(
            "Unspecified InputDimensions WeightDimensions NonPositiveGroups ParameterCount NegativePadding NegativeOutputPadding NonPositiveStride WeightGroups "
            + "InputChannels BiasShape EmptyInput KernelSize NonPositiveDilation OutputPaddingTooLarge EmptyWeight OutputSize DType PaddingMode ModuleChannels "
            + "RequestedOutputSize Overflow",
            string.Join(' ', Enum.GetValues<RejectionReason>()));
}
