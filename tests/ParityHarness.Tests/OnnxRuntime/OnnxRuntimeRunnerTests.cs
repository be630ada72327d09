using ParityHarness.OnnxRuntime;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.OnnxRuntime;

/// <summary>ONNX Runtime is asked what is written in the problem, and its answers come back as they are.</summary>
public sealed class OnnxRuntimeRunnerTests : IDisposable
{
    private readonly OnnxRuntimeRunner _runner = new();
    private readonly OracleRunner _oracle = new();
    private readonly TensorSet _tensors = new();
    private readonly Outcome _outcome = new();
    private readonly Outcome _exact = new();

    [Theory]
    [InlineData("l4_k3")]
    [InlineData("n2_ic6_oc4_l7_k5_s3_p2_op1_g2_bias")]
    [InlineData("ic3_oc5_l6_k4_s2_d3_op1_unbatched")]
    [InlineData("ic4_oc4_l9_k3_s4_op3_g4_bias_module")]
    [InlineData("ic4_oc4_l6_k3_s3_bias float32 output_size=[20]")]
    [InlineData("n3_ic4_oc2_l5_k3_s2_bias float16")]
    [InlineData("n0_ic2_oc2_l5_k3")]
    public void Its_answers_are_exact_on_integers(string text)
    {
        Ask(text, _runner, _outcome);
        Ask(text, _oracle, _exact);

        Assert.Equal("", _outcome.Message);
        Assert.Equal(_exact.Output.DType, _outcome.Output.DType);
        Assert.Equal(_exact.Output.Shape, _outcome.Output.Shape);
        for (var i = 0L; i < _exact.Output.Count; i++)
        {
            Assert.Equal(_exact.Output.At(i), _outcome.Output.At(i));
        }
    }

    [Theory]
    [InlineData("l4_k3 float64")]
    [InlineData("l4_k3 bfloat16")]
    [InlineData("l4_k3 int64")]
    [InlineData("l4_k3 complex64")]
    [InlineData("l4_k3 float32 grad_input")]
    [InlineData("l4_k3 float32 mode=reflect")]
    public void What_ONNX_Runtime_does_not_do_is_unsupported(string text)
    {
        Ask(text, _runner, _outcome);

        Assert.Equal(OutcomeKind.Unsupported, _outcome.Kind);
    }

    [Theory]
    [InlineData("l4_k3_s0", "NonPositiveStride")]
    [InlineData("l4_k3_d0", "NonPositiveDilation")]
    [InlineData("l4_k3_g0", "NonPositiveGroups")]
    [InlineData("l4_k3_p3", "OutputSize")]
    [InlineData("l4_k3_op2", "OutputPaddingTooLarge")]
    [InlineData("l4_k0", "KernelSize")]
    [InlineData("ic2_oc2_l4_k3_bias b=3", "BiasShape")]
    [InlineData("ic2_oc2_l4_k3 x=1x3x4", "InputChannels")]
    [InlineData("ic3_oc2_l4_k3_g2 w=3x1x3", "WeightGroups")]
    [InlineData("l4_k3 s=[1,1]", "ParameterCount")]
    [InlineData("l4_k3 p=[1,1]", "ParameterCount")]
    [InlineData("l4_k3 x=4", "InputDimensions")]
    [InlineData("l4_k3 w=1x1", "WeightDimensions")]
    [InlineData("l4_k3 float32 wdtype=float64", "DType")]
    [InlineData("l4_k3 int32", "DType")]
    public void What_it_rejects_has_a_reason(string text, string reason)
    {
        Ask(text, _runner, _outcome);

        Assert.Equal(OutcomeKind.Rejected, _outcome.Kind);
        Assert.Equal(reason, _outcome.Reason.ToString());
        Assert.DoesNotContain("Status Message", _outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_parameters_from_several_threads_get_the_session_of_their_own()
    {
        // More than are kept, so that sessions go while others are used.
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var tensors = new TensorSet();
            using var outcome = new Outcome();
            var stride = 1 + i * 7 % 100;
            var problem = ProblemText.Parse($"l3_k1_s{stride} float32 input=[1,2,3] weight=[2]");
            DataFiller.Fill(problem, tensors);
            _runner.Run(problem, tensors, outcome);
            Assert.Equal([1, 1, 2 * stride + 1], outcome.Output.Shape);
            Assert.Equal(6, outcome.Output.At(2 * stride));
        });
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("module", 2)]
    public void It_is_timed_with_its_output_in_place(string form, int threads)
    {
        var problem = ProblemText.Parse($"ic8_oc4_l50_k4_s2_p1_bias {form} float32 integer seed3");
        DataFiller.Fill(problem, _tensors);

        using var prepared = ((IRunner)_runner).Prepare(problem, _tensors, _outcome, threads)!;
        _outcome.Output.Poison();
        Assert.True(prepared.Run(3) > 0);

        Ask(problem.ToString(), _oracle, _exact);
        Assert.Equal(_exact.Output.Span<float>().ToArray(), _outcome.Output.Span<float>().ToArray());
    }

    [Fact]
    public void Smoke_problems_agree_with_the_kernel_but_for_the_known_divergences()
    {
        var result = Parity.Check("kernel", new ParityOptions { Reference = "onnxruntime", Count = 1000 });

        Assert.True(result.Campaign.Holds);
        Assert.InRange(result.Campaign.Tally.Problems, 1000, 1000);
    }

    [Fact]
    public void Each_known_divergence_has_a_witness_that_still_diverges()
    {
        using var parity = new Cli.Parity();

        parity.Run("fuzz", "--profile", "smoke", "--count", "300", "--reference", "onnxruntime", "--candidate", "kernel", "--fixtures", Path.Combine(NativeCompiler.Root, "fixtures"));

        Assert.True(parity.ExitCode == 0, parity.Output + parity.Errors);
        Assert.DoesNotContain("no longer diverges", parity.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _runner.Dispose();
        _oracle.Dispose();
        _tensors.Dispose();
        _outcome.Dispose();
        _exact.Dispose();
    }

    private void Ask(string text, IRunner runner, Outcome outcome)
    {
        var problem = ProblemText.Parse(text);
        DataFiller.Fill(problem, _tensors);
        runner.Run(problem, _tensors, outcome);
    }
}
