using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>What PyTorch refuses, and why, in the order in which it checks.</summary>
public class NativeRejectionTests
{
    public static TheoryData<string, RejectionReason, string> Cases => new()
    {
        { "x=4", RejectionReason.InputDimensions, "Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d, but got input of size: [4]" },
        { "x=1x1x1x4", RejectionReason.InputDimensions, "Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d, but got input of size: [1, 1, 1, 4]" },
        { "w=3", RejectionReason.WeightDimensions, "weight should have at least three dimensions" },
        { "w=1x1x3x3", RejectionReason.WeightDimensions, "Expected 4-dimensional input for 4-dimensional weight [1, 1, 3, 3], but got 3-dimensional input of size [1, 1, 4] instead" },
        { "g0 w=1x1x3", RejectionReason.NonPositiveGroups, "non-positive groups is not supported" },
        { "g-1 w=1x1x3", RejectionReason.NonPositiveGroups, "non-positive groups is not supported" },
        { "s=[1,1]", RejectionReason.ParameterCount, "expected stride to be a single integer value or a list of 1 values to match the convolution dimensions, but got stride=[1, 1]" },
        { "p=[0,0]", RejectionReason.ParameterCount, "expected padding to be a single integer value or a list of 1 values to match the convolution dimensions, but got padding=[0, 0]" },
        { "op=[0,0]", RejectionReason.ParameterCount, "expected output_padding to be a single integer value or a list of 1 values to match the convolution dimensions, but got output_padding=[0, 0]" },
        { "d=[1,1]", RejectionReason.ParameterCount, "expected dilation to be a single integer value or a list of 1 values to match the convolution dimensions, but got dilation=[1, 1]" },
        { "p-1", RejectionReason.NegativePadding, "negative padding is not supported" },
        { "op-1", RejectionReason.NegativeOutputPadding, "negative output_padding is not supported" },
        { "s0", RejectionReason.NonPositiveStride, "non-positive stride is not supported" },
        { "ic2_oc3_g3 w=2x1x3", RejectionReason.WeightGroups, "Given groups=3, expected weight to be at least 3 at dimension 0, but got weight of size [2, 1, 3] instead" },
        { "ic3_oc2_g2", RejectionReason.WeightGroups, "Given groups=2, expected weight to be divisible by 2 at dimension 0, but got weight of size [[3, 1, 3]] instead" },
        { "ic2_oc3 x=1x5x4", RejectionReason.InputChannels, "Given transposed=1, weight of size [2, 3, 3], expected input[1, 5, 4] to have 2 channels, but got 5 channels instead" },
        { "ic2_oc3 b=2", RejectionReason.BiasShape, "Given transposed=1, weight of size [2, 3, 3], expected bias to be 1-dimensional with 3 elements, but got bias of size [2] instead" },
        { "ic2 l0", RejectionReason.EmptyInput, "Only zero batch or zero channel inputs are supported, but got input shape: [1, 2, 1, 0]" },
        { "k0", RejectionReason.KernelSize, "kernel size should be greater than zero, but got kernel_height: 1 kernel_width: 0" },
        { "d0", RejectionReason.NonPositiveDilation, "dilation should be greater than zero, but got dilation_height: 1, dilation_width: 0" },
        { "op1", RejectionReason.OutputPaddingTooLarge, "output padding must be smaller than either stride or dilation, but got output_padding_height: 0 output_padding_width: 1 stride_height: 1 stride_width: 1 dilation_height: 1 dilation_width: 1" },
        { "ic2 oc0", RejectionReason.EmptyWeight, "non-empty 2D or 4D weight tensor expected, but got: [2, 0, 1, 3]" },
        { "p3", RejectionReason.OutputSize, "Given input size per channel: (1 x 4). Calculated output size per channel: (1 x 0). Output size is too small" },
        { "p4", RejectionReason.OutputSize, "Given input size per channel: (1 x 4). Calculated output size per channel: (1 x -2). Output size is too small" },
        { "wdtype=float64", RejectionReason.DType, "expected scalar type Float but found Double" },
        { "int32", RejectionReason.DType, "\"slow_conv_transpose2d_out_cpu\" not implemented for 'Int'" },
        { "bool", RejectionReason.DType, "\"slow_conv_transpose2d_out_cpu\" not implemented for 'Bool'" },
        { "module ic3_oc2_g2", RejectionReason.ModuleChannels, "in_channels must be divisible by groups" },
        { "module ic2_oc3_g2", RejectionReason.ModuleChannels, "out_channels must be divisible by groups" },
        { "module mode=reflect", RejectionReason.PaddingMode, "Only `zeros` padding mode is supported for ConvTranspose1d" },
        { "module s2 output_size=[15]", RejectionReason.RequestedOutputSize, "requested an output size of [15], but valid sizes range from 9 to 10 (for an input of [4])" },
    };

    public static TheoryData<string, RejectionReason> BeyondLibtorch => new()
    {
        // Where libtorch itself is at fault: its sizes overflow, or it ends the process.
        { "l4_k3_p9223372036854775807", RejectionReason.OutputSize },
        { "l4_k3_s9223372036854775807", RejectionReason.Overflow },
        { "l4_k3_d9223372036854775807", RejectionReason.Overflow },
        { "l4_k3_s-9223372036854775808", RejectionReason.NonPositiveStride },
        { "l4_k3_s4611686018427387904_p6917529027641081858", RejectionReason.OutputSize },
        { "l4_k3 module g0 w=1x1x3", RejectionReason.NonPositiveGroups },
        { "n0_l4_k3_d0", RejectionReason.NonPositiveDilation },
        { "n0_l4_k3_op1", RejectionReason.OutputPaddingTooLarge },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Libtorch_refuses_with_the_reason_and_the_first_line_of_its_words(string parameters, RejectionReason reason, string message)
    {
        var runner = NativeProblem.Libtorch();
        runner.AssertRejects(Text(parameters), reason, runner.Version.StartsWith("1.13.", StringComparison.Ordinal) ? message : null);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_minimal_runner_refuses_with_the_same_reason(string parameters, RejectionReason reason, string message)
    {
        Assert.NotEmpty(message);
        NativeProblem.Minimal().AssertRejects(Text(parameters), reason);
    }

    [Theory]
    [MemberData(nameof(BeyondLibtorch))]
    public void The_minimal_runner_refuses_what_libtorch_gets_wrong(string problem, RejectionReason reason) =>
        NativeProblem.Minimal().AssertRejects(problem, reason);

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("int64")]
    [InlineData("complex64")]
    public void The_minimal_runner_does_not_pretend_to_have_other_dtypes(string dtype)
    {
        using var outcome = NativeProblem.Minimal().Run($"l4_k3 {dtype}");

        Assert.Equal((OutcomeKind.Unsupported, "only float32 and float64"), (outcome.Kind, outcome.Message));
    }

    [Fact]
    public void Sizes_beyond_64_bits_on_the_way_to_a_small_output_are_no_reason_to_refuse() =>
        NativeProblem.Minimal().AssertCompletes("l3_k3_s4611686018427387904_p4611686018427387904 input=[5,7,9] weight=[1,2,3]", [1, 1, 3], [7, 14, 21]);

    [Fact]
    public void An_empty_batch_that_libtorch_accepts_completes_with_its_shape()
    {
        using var outcome = NativeProblem.Libtorch().Run("n0_ic2_oc3_l4_k3_d0");

        Assert.Equal(OutcomeKind.Completed, outcome.Kind);
        Assert.Equal(0, outcome.Output.Shape[0]);
    }

    [Fact]
    public void An_overflow_that_libtorch_accepts_completes_with_the_shape_it_answers()
    {
        using var outcome = NativeProblem.Libtorch().Run("l4_k3_p9223372036854775807 " + NativeProblem.Ones);

        Assert.Equal(OutcomeKind.Completed, outcome.Kind);
        Assert.Equal([1, 1, 8], outcome.Output.Shape);
    }

    [Fact]
    public void A_rejection_by_libtorch_costs_no_backtrace()
    {
        var runner = NativeProblem.Libtorch();
        runner.AssertRejects("l4_k3_p3", RejectionReason.OutputSize);
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            runner.AssertRejects("l4_k3_p3", RejectionReason.OutputSize);
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            fastest = took < fastest ? took : fastest;
        }

        Assert.True(fastest < TimeSpan.FromMilliseconds(1), $"the fastest of 20 rejections took {fastest.TotalMicroseconds:F0} us; with backtraces it is 5000");
    }

    private static string Text(string parameters)
    {
        var text = parameters;
        foreach (var standard in new[] { "l4", "k3" })
        {
            if (!parameters.Split(' ', '_').Any(word => word[0] == standard[0] && char.IsAsciiDigit(word[^1]) && word.Length == 2))
            {
                text += " " + standard;
            }
        }

        return text;
    }
}
