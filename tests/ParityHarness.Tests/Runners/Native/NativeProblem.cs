using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>Runs problems, given as text, through a native runner.</summary>
internal static class NativeProblem
{
    /// <summary>The documented base case is ones(1, 1, 4) with the kernel [1, 2, 3].</summary>
    public const string Ones = "input=[1,1,1,1] weight=[1,2,3]";

    public static NativeRunner Minimal() => new("minimal", Library("parity_minimal"));

    public static NativeRunner Libtorch() => new("libtorch", Library("parity_libtorch"), LibtorchMessages.Answer);

    public static NativeRunner OneDnn() => new("onednn", Library("parity_onednn"));

    public static NativeRunner Faulty(string name) => new("native:" + name, NativeCompiler.Build(name));

    public static Outcome Run(this NativeRunner runner, string text)
    {
        var problem = ProblemText.Parse(text);
        using var tensors = new TensorSet();
        DataFiller.Fill(problem, tensors);
        var outcome = new Outcome();
        runner.Run(problem, tensors, outcome);
        return outcome;
    }

    public static void AssertCompletes(this NativeRunner runner, string text, long[] shape, double[] values)
    {
        using var outcome = runner.Run(text);
        Assert.Equal("", outcome.Message);
        Assert.Equal(OutcomeKind.Completed, outcome.Kind);
        Assert.Equal(shape, outcome.Output.Shape);
        Assert.Equal(values, Values(outcome));
    }

    public static void AssertRejects(this NativeRunner runner, string text, RejectionReason reason, string? message = null)
    {
        using var outcome = runner.Run(text);
        Assert.Equal((OutcomeKind.Rejected, reason), (outcome.Kind, outcome.Reason));
        if (message is not null)
        {
            Assert.Equal(message, outcome.Message);
        }
    }

    public static void AssertFaults(this NativeRunner runner, string text, string message)
    {
        using var outcome = runner.Run(text);
        Assert.Equal(OutcomeKind.Faulted, outcome.Kind);
        Assert.Equal(message, outcome.Message);
    }

    public static double[] Values(Outcome outcome)
    {
        var values = new double[outcome.Output.ValueCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = outcome.Output.At(i);
        }

        return values;
    }

    private static string Library(string name) =>
        NativeLibraries.TryFind(name, out var path, out var why) ? path : throw new InvalidOperationException(why);
}
