using ParityHarness.Data;
using ParityHarness.Problems;
using ParityHarness.Runners;

using Xunit;

namespace ParityHarness.Tests.Runners;

/// <summary>Another version of libtorch runs beside the system's, in a process of its own.</summary>
public sealed class LibtorchRootsTests
{
    [SecondLibtorchFact]
    public void Two_versions_of_libtorch_answer_side_by_side()
    {
        using var second = RunnerFactory.Create(SecondLibtorchFactAttribute.Name, null);
        using var first = RunnerFactory.Create("libtorch", null);
        var problem = ProblemText.Parse("l4_k3_s2_op1_bias float32 input=[1,1,1,1] weight=[1,2,3] bias=[10]");
        foreach (var runner in (IRunner[])[second, first, second])
        {
            using var tensors = new TensorSet();
            using var outcome = new Outcome();
            DataFiller.Fill(problem, tensors);
            runner.Run(problem, tensors, outcome);
            Assert.Equal([11, 12, 14, 12, 14, 12, 14, 12, 13, 10], outcome.Output.Span<float>().ToArray());
        }

        Assert.Equal("2.6.0", second.Version);
        Assert.Contains("OpenBLAS", second.Details, StringComparison.Ordinal);
    }

    [SecondLibtorchFact]
    public void An_output_that_does_not_fit_into_memory_is_asked_for_only_whether_it_is_rejected()
    {
        using var second = RunnerFactory.Create(SecondLibtorchFactAttribute.Name, null);
        using var tensors = new TensorSet();
        using var outcome = new Outcome();
        var problem = ProblemText.Parse("l1_k2_op2_module float64 integer output_size=[4611686018427387904]");
        DataFiller.Fill(problem, tensors);
        second.Run(problem, tensors, outcome);

        Assert.Equal(OutcomeKind.Rejected, outcome.Kind);
    }

    [Theory]
    [InlineData("libtorch@9.9")]
    [InlineData("libtorch@")]
    [InlineData("libtorch@../../etc")]
    public void A_version_that_nobody_brings_is_refused_with_the_one_there_is(string name)
    {
        var refusal = Assert.Throws<RunnerLoadException>(() => RunnerFactory.Create(name, null));
        Assert.Equal($"there is no runner '{name}'; there is libtorch@2.6, which scripts/libtorch-2.6 brings", refusal.Message);
    }

    [Theory]
    [InlineData("libtorch@2.6", "libtorch", true)]
    [InlineData("libtorch:avx2", "libtorch", true)]
    [InlineData("torchsharp", "torchsharp", true)]
    [InlineData("kernel:512", "kernel", false)]
    [InlineData("native:./libtorch.so", "native", false)]
    [InlineData("exec:python3 mine@2.py", "exec", false)]
    public void A_base_name_tells_a_released_library_from_an_implementation_under_test(string name, string baseName, bool released)
    {
        Assert.Equal(baseName, RunnerFactory.BaseName(name));
        Assert.Equal(released, RunnerFactory.IsReleasedLibrary(name));
    }
}
