using ParityHarness.Problems;
using ParityHarness.Runners;

using Xunit;

namespace ParityHarness.Tests.Runners.Native;

public class LibtorchMessagesTests
{
    [Theory]
    [InlineData("Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d, but got input of size: [4]", RejectionReason.InputDimensions)]
    [InlineData("weight should have at least three dimensions", RejectionReason.WeightDimensions)]
    [InlineData("Expected 4-dimensional input for 4-dimensional weight [2, 3, 3, 3], but got 3-dimensional input of size [1, 2, 4] instead", RejectionReason.WeightDimensions)]
    [InlineData("non-positive groups is not supported", RejectionReason.NonPositiveGroups)]
    [InlineData("expected groups to be greater than 0, but got groups=0", RejectionReason.NonPositiveGroups)]
    [InlineData("expected stride to be a single integer value or a list of 1 values to match the convolution dimensions, but got stride=[1, 1]", RejectionReason.ParameterCount)]
    [InlineData("negative padding is not supported", RejectionReason.NegativePadding)]
    [InlineData("negative output_padding is not supported", RejectionReason.NegativeOutputPadding)]
    [InlineData("non-positive stride is not supported", RejectionReason.NonPositiveStride)]
    [InlineData("stride should be greater than zero, but got stride_height: 1 stride_width: 0", RejectionReason.NonPositiveStride)]
    [InlineData("Given groups=3, expected weight to be at least 3 at dimension 0, but got weight of size [2, 3, 3] instead", RejectionReason.WeightGroups)]
    [InlineData("Given groups=2, expected weight to be divisible by 2 at dimension 0, but got weight of size [[3, 3, 3]] instead", RejectionReason.WeightGroups)]
    [InlineData("Given transposed=1, weight of size [2, 3, 3], expected input[1, 5, 4] to have 2 channels, but got 5 channels instead", RejectionReason.InputChannels)]
    [InlineData("Given transposed=1, weight of size [2, 3, 3], expected bias to be 1-dimensional with 3 elements, but got bias of size [2] instead", RejectionReason.BiasShape)]
    [InlineData("Only zero batch or zero channel inputs are supported, but got input shape: [1, 2, 1, 0]", RejectionReason.EmptyInput)]
    [InlineData("kernel size should be greater than zero, but got kernel_height: 1 kernel_width: 0", RejectionReason.KernelSize)]
    [InlineData("dilation should be greater than zero, but got dilation_height: 1, dilation_width: 0", RejectionReason.NonPositiveDilation)]
    [InlineData("output padding must be smaller than either stride or dilation, but got output_padding_height: 0 output_padding_width: 1 stride_height: 1 stride_width: 1 dilation_height: 1 dilation_width: 1", RejectionReason.OutputPaddingTooLarge)]
    [InlineData("non-empty 2D or 4D weight tensor expected, but got: [2, 0, 1, 3]", RejectionReason.EmptyWeight)]
    [InlineData("Given input size per channel: (1 x 2). Calculated output size per channel: (1 x 0). Output size is too small", RejectionReason.OutputSize)]
    [InlineData("expected scalar type Float but found Double", RejectionReason.DType)]
    [InlineData("Input type (float) and bias type (double) should be the same", RejectionReason.DType)]
    [InlineData("in_channels must be divisible by groups", RejectionReason.ModuleChannels)]
    [InlineData("out_channels must be divisible by groups", RejectionReason.ModuleChannels)]
    [InlineData("Only `zeros` padding mode is supported for ConvTranspose1d", RejectionReason.PaddingMode)]
    [InlineData("Only PaddingModes.Zeros is supported for ConvTransposeND (Parameter 'padding_mode')", RejectionReason.PaddingMode)]
    [InlineData("requested an output size of [15], but valid sizes range from 18 to 20 (for an input of [6])", RejectionReason.RequestedOutputSize)]
    [InlineData("Storage size calculation overflowed with sizes=[1, 1, 9223372036854775807]", RejectionReason.Overflow)]
    [InlineData("something that no version has said yet", RejectionReason.Unspecified)]
    public void A_message_is_known_by_its_rule(string message, RejectionReason reason)
    {
        using var outcome = new Outcome();

        LibtorchMessages.Answer(outcome, message, new Problem());

        Assert.Equal((OutcomeKind.Rejected, reason, message), (outcome.Kind, outcome.Reason, outcome.Message));
    }

    [Theory]
    [InlineData("groups must be a positive integer", "l4_k3_g0_module", RejectionReason.NonPositiveGroups)]
    [InlineData("in_channels must be a positive integer", "ic0_l4_k3_module", RejectionReason.ModuleChannels)]
    [InlineData("Trying to create tensor with negative dimension -1: [1, -1, 4]", "l4_k3", RejectionReason.OutputSize)]
    [InlineData("Trying to create tensor with negative dimension -1: [1, -1, 4]", "l4_k3_module", RejectionReason.Unspecified)]
    public void What_both_forms_say_of_different_rules_is_known_by_the_problem(string message, string problem, RejectionReason reason)
    {
        using var outcome = new Outcome();

        LibtorchMessages.Answer(outcome, message, ProblemText.Parse(problem));

        Assert.Equal((OutcomeKind.Rejected, reason), (outcome.Kind, outcome.Reason));
    }

    [Theory]
    [InlineData(DType.Int8, OutcomeKind.Rejected, RejectionReason.DType)]
    [InlineData(DType.Float16, OutcomeKind.Unsupported, RejectionReason.Unspecified)]
    public void What_no_version_implements_is_rejected_and_what_others_have_is_unsupported(DType dtype, OutcomeKind kind, RejectionReason reason)
    {
        using var outcome = new Outcome();

        LibtorchMessages.Answer(outcome, "\"slow_conv_transpose2d_out_cpu\" not implemented for 'X'", new Problem { DType = dtype });

        Assert.Equal((kind, reason), (outcome.Kind, outcome.Reason));
    }

    [Theory]
    [InlineData("[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 17179852804 bytes. Error code 12 (Cannot allocate memory)")]
    [InlineData("std::bad_alloc")]
    [InlineData("stride >= 0 INTERNAL ASSERT FAILED at \"Convolution.cpp\":1, please report a bug to PyTorch.")]
    public void Lack_of_memory_and_broken_promises_are_faults(string message)
    {
        using var outcome = new Outcome();

        LibtorchMessages.Answer(outcome, message, new Problem());

        Assert.Equal((OutcomeKind.Faulted, message), (outcome.Kind, outcome.Message));
    }

    [Fact]
    public void The_backtrace_below_the_message_does_not_count()
    {
        using var outcome = new Outcome();

        LibtorchMessages.Answer(outcome, "unheard of\nException raised from DefaultCPUAllocator\nframe #0: negative padding is not supported", new Problem());

        Assert.Equal((OutcomeKind.Rejected, RejectionReason.Unspecified, "unheard of"), (outcome.Kind, outcome.Reason, outcome.Message));
    }
}
