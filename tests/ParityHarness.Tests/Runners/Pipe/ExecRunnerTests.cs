using System.Globalization;

using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Runners.Pipe;

/// <summary>Programs that speak the pipe protocol: what they answer arrives, and what they do wrong is told.</summary>
[Trait("speed", "slow")]
public sealed class ExecRunnerTests : IDisposable
{
    private const string Ones = "l4_k3 float32 forward integer input=[1,1,1,1] weight=[1,2,3]";

    private readonly TensorSet _tensors = new();
    private readonly Outcome _outcome = new();
    private readonly Outcome _direct = new();

    public static string Serve(string name) => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' serve {name}";

    [Fact]
    public void The_Python_example_gives_the_documented_answers()
    {
        using var runner = Program(PythonProgram.Right);

        Assert.Equal(("1.0.0", "plain Python"), (runner.Version, runner.Details));
        Assert.Equal("[1, 1, 6] 1 3 6 6 5 3", Answer(runner, Ones));
        Assert.Equal("[1, 10] 11 12 14 12 14 12 14 12 13 10", Answer(runner, "l4_k3_s2_op1_bias_unbatched input=[1,1,1,1] weight=[1,2,3] bias=[10]"));
        Assert.Equal("[1, 1, 9] 1 2 4 2 4 2 4 2 3", Answer(runner, "l4_k3_s2_module input=[1,1,1,1] weight=[1,2,3] output_size=[9]"));
        Assert.StartsWith("Rejected", Answer(runner, "l4_k3_op1 float32"), StringComparison.Ordinal);
        Assert.Equal("Unsupported: no int64 here", Answer(runner, "l4_k3 int64"));
        Assert.Equal("Unsupported: the forward pass only", Answer(runner, "l4_k3 float32 grad_input"));
    }

    [Fact]
    public void The_Python_example_equals_the_oracle_on_integers_and_rejects_what_PyTorch_rejects()
    {
        using var runner = Program(PythonProgram.Right);
        using var oracle = new OracleRunner();
        var generator = new Generator(Profile.Smoke, 5);
        var completed = 0;
        for (var i = 0; i < 2200; i++)
        {
            var problem = generator.At(i) with { Regime = Regime.Integer };
            if (problem.IsBackward || (problem.DType is not (DType.Float32 or DType.Float64) && !problem.DType.IsNeverImplemented()))
            {
                continue; // it says that it does not do these
            }

            AssertSame(oracle, runner, problem, reasons: false);
            completed += _outcome.Kind == OutcomeKind.Completed ? 1 : 0;
        }

        Assert.True(completed > 1000, $"only {completed} problems completed");
    }

    [Theory]
    [InlineData("kernel:scalar")]
    [InlineData("oracle")]
    public void A_served_runner_answers_as_the_runner_itself(string name)
    {
        using var runner = Program(Serve(name));
        using var itself = RunnerCatalog.Create(name, null);
        Assert.Equal((itself.Version, itself.Details), (runner.Version, runner.Details));
        var generator = new Generator(Profile.Smoke, 6);
        for (var i = 0; i < 1500; i++)
        {
            AssertSame(itself, runner, generator.At(i), reasons: true);
        }
    }

    [Theory]
    [InlineData("n2_ic3_oc4_l30000_k5_s2_bias float64 forward random seed1")] // beyond what a pipe holds
    [InlineData("l4_k3 float32 forward integer s=[] p=[1,2] d=[1,2,3]")]
    [InlineData("ic2_oc3_l4_k3_bias float32 forward integer b=scalar")]
    [InlineData("l4_k3 float32 forward integer x=1x2x3x4")]
    [InlineData("n0_l4_k3_bias float32 forward integer")]
    [InlineData("l4_k3_s2 bool forward integer wdtype=float64")]
    [InlineData("ic2_oc4_l4_k3_g2_bias_module float64 forward integer mode=reflect")]
    [InlineData("l4_k3_s9223372036854775807_p9223372036854775807 float32 forward integer")]
    public void Every_form_of_a_problem_survives_the_pipe(string text)
    {
        using var itself = NativeProblem.Minimal();
        NativeLibraries.TryFind("parity_minimal", out var library, out _);
        using var runner = Program(Serve($"native:{library}"));
        AssertSame(itself, runner, ProblemText.Parse(text), reasons: true);
    }

    [Theory]
    [InlineData("dies", "os._exit(3)", "ended its process with exit code 3")]
    [InlineData("raises", "raise ValueError('no such layer')", "ended its process with exit code 1 (ValueError: no such layer)")]
    [InlineData("is_killed", "os.kill(os.getpid(), 11)", "was killed by SIGSEGV (invalid memory access) (Segmentation fault)")]
    [InlineData("prints", "os.write(1, b'computing layer 1')", "wrote what is no answer: it begins with \"computing la\" (standard output belongs to the protocol, print to standard error)")]
    public void A_program_that_fails_is_told_and_started_anew(string name, string statement, string message)
    {
        using var runner = Program(PythonProgram.Before(name, $"n > 1 and exec(\"{statement}\")"));

        Assert.Equal($"Faulted: {message}", Answer(runner, "n2_l4_k3 float32"));
        Assert.Equal("[1, 1, 6] 1 3 6 6 5 3", Answer(runner, Ones));
        Assert.Equal($"Faulted: {message}", Answer(runner, "n2_l4_k3 float32"));
    }

    [Theory]
    [InlineData("short_body", "array.array(numbers.typecode, y).tobytes()", "b'1234'", "its body has 4 bytes where float32 of shape [1, 1, 6] needs 24")]
    [InlineData("long_body", "array.array(numbers.typecode, y).tobytes()", "b'1' * 28", "its body is 4 bytes longer than its tensors")]
    [InlineData("no_output", "output {x_type} {shape}", "out {x_type} {shape}", "its header has no line 'output'")]
    [InlineData("bad_dtype", "output {x_type} {shape}", "output float23 {shape}", "its line 'output float23 1 1 6' has no known dtype")]
    [InlineData("bad_size", "output {x_type} {shape}", "output {x_type} many", "its line 'output' has 'many' where a whole number should stand")]
    [InlineData("huge_shape", "output {x_type} {shape}", "output {x_type} 1 1 99999999999", "it has an output of shape [1, 1, 99999999999], which PyTorch's formula does not give")]
    [InlineData("two_lines", "status completed\\noutput", "status completed\\nstatus completed\\noutput", "its header has two lines 'status'")]
    [InlineData("bad_status", "status completed\\noutput", "status done\\noutput", "its line 'status done' should have completed, rejected, unsupported or faulted")]
    public void An_answer_that_breaks_the_protocol_is_a_fault_that_says_in_what(string name, string text, string by, string message)
    {
        using var runner = Program(PythonProgram.With(name, text, by));

        Assert.Equal($"Faulted: wrote what is no answer: {message} (standard output belongs to the protocol, print to standard error)", Answer(runner, Ones));
    }

    [Fact]
    public void An_answer_that_comes_twice_is_a_fault_and_not_the_answer_to_the_next_request()
    {
        using var runner = Program(PythonProgram.With(
            "answers_twice",
            "answers.write(struct.pack(\"<IQ\", len(header.encode()), len(body)) + header.encode() + body)",
            "answers.write((1 + (len(body) > 24)) * (struct.pack(\"<IQ\", len(header.encode()), len(body)) + header.encode() + body))"));
        var fault = "Faulted: wrote what is no answer: more bytes come after the answer; a request has one answer (standard output belongs to the protocol, print to standard error)";

        Assert.Equal("[1, 1, 6] 1 3 6 6 5 3", Answer(runner, Ones));
        Assert.Equal(fault, Answer(runner, "n2_l4_k3 float32"));
        Assert.Equal("[1, 1, 6] 1 3 6 6 5 3", Answer(runner, Ones));
    }

    [Fact]
    public void A_wrong_shape_is_taken_over_for_the_comparer_to_judge()
    {
        using var runner = Program(PythonProgram.With("wrong_shape", "[n, cout, d.output_length][", "[n, d.output_length, cout]["));

        Assert.Equal("[1, 6, 1] 1 3 6 6 5 3", Answer(runner, Ones));
    }

    [Fact]
    public void A_program_that_always_dies_is_given_up_after_fifty_times()
    {
        using var runner = Program(PythonProgram.Before("always_dies", "os._exit(3)"));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("Faulted: ended its process with exit code 3", Answer(runner, Ones));
        }

        Assert.Equal("Faulted: the program ended or broke the protocol 50 times with few answers between, and is not started any more", Answer(runner, Ones));
    }

    [Theory]
    [InlineData("/no/such/program", "ended its process with exit code 127 (/bin/sh: 1: /no/such/program: not found)")]
    [InlineData("cat", "wrote what is no answer: its header has no line 'status' (standard output belongs to the protocol, print to standard error)")]
    [InlineData("sleep 0.2; echo and more of this text", "wrote what is no answer: it begins with \"and more of \" (standard output belongs to the protocol, print to standard error)")]
    [InlineData("printf '\\042\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000parity 7\\nstatus wrong_version\\n.....'; sleep 1", "speaks version 7 of the pipe protocol, and this is version 1")]
    public void What_is_no_such_program_is_refused_when_it_is_loaded(string command, string message)
    {
        var error = Assert.Throws<RunnerLoadException>(() => Program(command));

        Assert.Equal($"exec:{command}: the program {message}; it must speak the pipe protocol, see src/examples/pipe-protocol.md", error.Message);
    }

    [Fact]
    public void No_program_outlives_its_runner()
    {
        string program;
        using (var runner = Program(PythonProgram.With("tells_its_id", "\"plain Python\"", "str(__import__('os').getpid())")))
        {
            program = $"/proc/{int.Parse(runner.Details, CultureInfo.InvariantCulture)}";
            Assert.True(Directory.Exists(program));
        }

        Assert.False(Directory.Exists(program), "the program still runs");
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _outcome.Dispose();
        _direct.Dispose();
    }

    private static ExecRunner Program(string command) => ExecRunner.OfShell("exec:" + command, command);

    private string Answer(ExecRunner runner, string text)
    {
        var problem = ProblemText.Parse(text);
        DataFiller.Fill(problem, _tensors);
        runner.Run(problem, _tensors, _outcome);
        return _outcome.Kind == OutcomeKind.Completed
            ? $"[{string.Join(", ", _outcome.Output.Shape)}] {string.Join(' ', NativeProblem.Values(_outcome))}"
            : $"{_outcome.Kind}: {_outcome.Message}";
    }

    private void AssertSame(IRunner itself, ExecRunner program, Problem problem, bool reasons)
    {
        DataFiller.Fill(problem, _tensors);
        itself.Run(problem, _tensors, _direct);
        program.Run(problem, _tensors, _outcome);

        Assert.True(_direct.Kind == _outcome.Kind, $"{problem}: {_outcome.Kind} {_outcome.Message} instead of {_direct.Kind} {_direct.Message}");
        if (reasons)
        {
            Assert.Equal((_direct.Reason, _direct.Message), (_outcome.Reason, _outcome.Message));
        }

        if (_direct.Kind == OutcomeKind.Completed)
        {
            Assert.Equal(_direct.Output.Shape, _outcome.Output.Shape);
            Assert.True(NativeProblem.Values(_direct).SequenceEqual(NativeProblem.Values(_outcome)), $"{problem}: other values");
        }
    }
}
