using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Runners;

/// <summary>What torch.nn.ConvTranspose1d adds to the function, asked of the kernel's module and of libtorch's.</summary>
public sealed class ModuleSurfaceTests : IDisposable
{
    private readonly TensorSet _tensors = new();
    private readonly Outcome _kernel = new();
    private readonly Outcome _libtorch = new();

    /// <summary>
    /// PyTorch's formula: from (L - 1)*stride - 2*padding + dilation*(K - 1) + 1 on, stride lengths. libtorch's C++ module knows
    /// neither dilation nor unbatched input there (fixtures/divergences.csv), so that it is not asked about these.
    /// </summary>
    [Theory]
    [InlineData("l6_k3_s3", 18, 20, true)]
    [InlineData("l6_k3_s3_op2", 18, 20, true)]
    [InlineData("n2_ic2_oc4_l5_k4_s2_p1_g2_bias", 10, 11, true)]
    [InlineData("l6_k3_s1", 8, 8, true)]
    [InlineData("n0_l6_k3_s3", 18, 20, true)]
    [InlineData("l6_k3_s3_d2", 20, 22, false)]
    [InlineData("l6_k3_s3_d4_op3", 24, 26, false)]
    [InlineData("ic2_l6_k3_s3_unbatched", 18, 20, false)]
    [InlineData("ic2_l6_k3_s3_d2_unbatched", 20, 22, false)]
    public void Output_size_is_accepted_in_its_valid_range_and_the_message_names_the_range(string shape, int smallest, int largest, bool asksLibtorch)
    {
        for (var size = smallest - 3; size <= largest + 3; size++)
        {
            Run($"{shape}_module float32 integer seed1 output_size=[{size}]");
            if (size >= smallest && size <= largest)
            {
                Assert.Equal((OutcomeKind.Completed, (long)size), (_kernel.Kind, _kernel.Output.Shape[^1]));
            }
            else
            {
                Assert.Equal((OutcomeKind.Rejected, RejectionReason.RequestedOutputSize), (_kernel.Kind, _kernel.Reason));
                Assert.Equal($"requested an output size of [{size}], but valid sizes range from {smallest} to {largest} (for an input of [{(shape.Contains("_l5", StringComparison.Ordinal) ? 5 : 6)}])", _kernel.Message);
            }

            if (asksLibtorch)
            {
                AssertSame();
                Assert.Equal(_libtorch.Message, _kernel.Message);
            }
        }
    }

    [Fact]
    public void Output_size_means_the_output_that_output_padding_would_give()
    {
        for (var extra = 0; extra < 4; extra++)
        {
            Run($"n2_ic2_oc2_l5_k3_s4_p1_bias_module float64 random seed3 output_size=[{17 + extra}]");
            AssertSame();
            var values = NativeProblem.Values(_kernel);
            Run($"n2_ic2_oc2_l5_k3_s4_p1_op{extra}_bias float64 random seed3");
            Assert.Equal(NativeProblem.Values(_kernel), values);
        }
    }

    [Theory]
    [InlineData("[1,1,19]", true)]
    [InlineData("[5,5,19]", true)] // only the length counts
    [InlineData("[1,19]", false)]
    [InlineData("[1,1,1,19]", false)]
    public void Output_size_is_the_length_alone_or_the_whole_shape(string size, bool accepted)
    {
        Run($"l6_k3_s3_module float32 integer seed1 output_size={size}");
        AssertSame();
        Assert.Equal(accepted ? OutcomeKind.Completed : OutcomeKind.Rejected, _kernel.Kind);
    }

    [Theory]
    [InlineData("reflect")]
    [InlineData("replicate")]
    [InlineData("circular")]
    public void Padding_modes_other_than_zeros_are_rejected_in_PyTorch_s_words(string mode)
    {
        Run($"l4_k3_module float32 integer seed1 mode={mode}");
        AssertSame();
        Assert.Equal("Only `zeros` padding mode is supported for ConvTranspose1d", _kernel.Message);
        Assert.Equal(RejectionReason.PaddingMode, _kernel.Reason);
    }

    [Fact]
    public void Mixed_dtypes_of_input_weight_and_bias_are_rejected()
    {
        foreach (var dtype in Enum.GetValues<DType>().Where(dtype => !dtype.IsNeverImplemented()))
        {
            foreach (var other in Enum.GetValues<DType>().Where(other => other != dtype))
            {
                foreach (var mixed in (string[])[$"wdtype={other.Name()}", $"bdtype={other.Name()}"])
                {
                    foreach (var form in (string[])["", "_module"])
                    {
                        Run($"ic2_oc2_l4_k3{form} {dtype.Name()} integer seed1 {mixed}");
                        Assert.True((_kernel.Kind, _kernel.Reason) == (OutcomeKind.Rejected, RejectionReason.DType), $"{dtype} {mixed}{form}: {_kernel.Kind} {_kernel.Message}");
                        Assert.True(_libtorch.Kind is OutcomeKind.Rejected or OutcomeKind.Unsupported || dtype == DType.BFloat16, $"{dtype} {mixed}{form}: libtorch {_libtorch.Kind} {_libtorch.Message}");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("float64")]
    [InlineData("int64")]
    [InlineData("complex64")]
    [InlineData("complex128")]
    public void An_empty_batch_gives_an_empty_output_of_the_right_shape_and_dtype(string dtype)
    {
        foreach (var form in (string[])["", "_module"])
        {
            Run($"n0_ic2_oc6_l4_k3_s2_p1_op1_d2_g2_bias{form} {dtype} integer seed1");
            AssertSame();
            Assert.Equal(OutcomeKind.Completed, _kernel.Kind);
            Assert.Equal([0, 6, 10], _kernel.Output.Shape);
        }
    }

    /// <summary>A span is dense, so that for the kernel a view is copied first: that changes nothing, since libtorch gives the same for both.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("_module")]
    public void Strided_views_give_what_their_dense_copies_give(string form)
    {
        var problem = ProblemText.Parse($"n2_ic4_oc6_l7_k3_s2_p1_g2_bias{form} float32 integer seed4");
        DataFiller.Fill(problem, _tensors);
        using var views = new TensorSet();
        views.Copy(_tensors, Placement.Aligned);
        foreach (var (dense, view) in ((Tensor, Tensor)[])[(_tensors.Input, views.Input), (_tensors.Weight, views.Weight)])
        {
            view.Lay(dense, dense.Strides, [dense.Strides[0] * 3, 3, dense.Shape[1] * 3]);
        }

        using var kernel = new KernelRunner();
        using var libtorch = NativeProblem.Libtorch();
        kernel.Run(problem, _tensors, _kernel);
        libtorch.Run(problem, views, _libtorch);
        AssertSame();
        Assert.Equal(NativeProblem.Values(_libtorch), NativeProblem.Values(_kernel));
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _kernel.Dispose();
        _libtorch.Dispose();
    }

    private void Run(string line)
    {
        var problem = ProblemText.Parse(line);
        DataFiller.Fill(problem, _tensors);
        using var kernel = new KernelRunner();
        using var libtorch = NativeProblem.Libtorch();
        kernel.Run(problem, _tensors, _kernel);
        libtorch.Run(problem, _tensors, _libtorch);
    }

    private void AssertSame()
    {
        Assert.True((_kernel.Kind, _kernel.Reason) == (_libtorch.Kind, _libtorch.Reason), $"kernel {_kernel.Kind} {_kernel.Message}, libtorch {_libtorch.Kind} {_libtorch.Message}");
        if (_kernel.Kind == OutcomeKind.Completed)
        {
            Assert.Equal((_libtorch.Output.DType, string.Join('x', _libtorch.Output.Shape)), (_kernel.Output.DType, string.Join('x', _kernel.Output.Shape)));
        }
    }
}
