using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Cli;

[Trait("speed", "slow")]
public sealed class BenchTests : IDisposable
{
    private const string Line = "ic2_oc3_l9_k3_s2_bias float32 forward random seed1";

    private readonly Parity _parity = new();

    [Fact]
    public void Each_problem_is_timed_in_the_dtype_and_batch_size_asked_for()
    {
        _parity.Run("bench", "--problem", "l4_k3 float32 forward random seed2", "--dtype", "float64", "--batch", "8", "--form", "module", "--peer", "oracle", "--rounds", "1", "--out", "timed");
        Assert.Equal("", _parity.Errors);
        Assert.Contains("module, 1 thread, 1 problem against the strongest peer of each: geometric mean ", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("below 1, ", _parity.Output, StringComparison.Ordinal);
        Assert.All(Rows("timed"), row => Assert.Contains("n8_l4_k3_module float64 ", row["problem"], StringComparison.Ordinal));
        _parity.Run("bench", "--problem", "l4_k3 float32 forward random seed2", "--dtype", "float65");
        Assert.Equal("parity: --dtype float65: is not a dtype; write float32 or float64\n", _parity.Errors);
    }

    [Fact]
    public void The_table_and_the_file_have_each_problem_form_and_peer()
    {
        _parity.Run("bench", "--problem", Line, "--problem", "l4_k3 float64 forward random seed2", "--peer", "oracle", "--peer", "kernel:scalar", "--rounds", "3", "--out", "timed");

        Assert.Equal("", _parity.Errors);
        Assert.Equal(0, _parity.ExitCode);
        Assert.Contains("x oracle", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("x kernel:scalar", _parity.Output, StringComparison.Ordinal);
        foreach (var form in (string[])["module", "functional"])
        {
            foreach (var name in (string[])["problem:0", "problem:1"])
            {
                Assert.Single(_parity.Output.Split('\n'), l => l.Contains($" {name} ", StringComparison.Ordinal) && l.Contains($" {form} ", StringComparison.Ordinal));
            }

            Assert.Contains($"{form}, 1 thread, 2 problems against the strongest peer of each: geometric mean ", _parity.Output, StringComparison.Ordinal);
        }

        var rows = Rows("timed");
        Assert.Equal(2 * 2 * 3, rows.Count);
        Assert.Equal("kernel oracle kernel:scalar", string.Join(" ", rows.Take(3).Select(r => r["runner"])));
        Assert.All(rows, r => Assert.True(Number(r, "seconds_low") <= Number(r, "seconds") && Number(r, "seconds") <= Number(r, "seconds_high")));
        Assert.All(rows, r => Assert.Equal(Number(r, "mflop") * 1e-3 / Number(r, "seconds"), Number(r, "gflops"), 1e-3 * Number(r, "gflops")));
        Assert.All(rows, r => Assert.Equal(r["role"] == "candidate", r["ratio"] == "1" && r["ratio_low"] == "1"));
    }

    [Fact]
    public void Each_pass_that_is_asked_for_has_its_rows_and_its_mean()
    {
        _parity.Run("bench", "--problem", Line, "--pass", "grad_input", "--pass", "grad_weight+grad_bias", "--peer", "oracle", "--rounds", "1", "--out", "timed");

        Assert.Equal("", _parity.Errors);
        Assert.Equal(0, _parity.ExitCode);
        Assert.Contains("form or pass", _parity.Output, StringComparison.Ordinal);
        foreach (var pass in (string[])["grad_input", "grad_weight+grad_bias"])
        {
            Assert.Single(_parity.Output.Split('\n'), l => l.Contains($" {pass} ", StringComparison.Ordinal));
            Assert.Contains($"{pass}, 1 thread, 1 problem against the strongest peer of each: geometric mean ", _parity.Output, StringComparison.Ordinal);
        }

        Pass[] passes = [Pass.GradInput, Pass.GradInput, Pass.GradWeight | Pass.GradBias, Pass.GradWeight | Pass.GradBias];
        Assert.Equal(passes, Rows("timed").Select(r => ProblemText.Parse(r["problem"]).Pass));
    }

    [Fact]
    public void A_sweep_of_generated_problems_is_one_command()
    {
        _parity.Run("bench", "--count", "3", "--seed", "5", "--profile", "smoke", "--above", "0.002", "--form", "functional", "--peer", "oracle", "--rounds", "1", "--out", "sweep");

        Assert.Equal(0, _parity.ExitCode);
        Assert.Contains("functional, 1 thread, 3 problems", _parity.Output, StringComparison.Ordinal);
        Assert.All(Rows("sweep"), r => Assert.True(r["name"].StartsWith("fuzz:", StringComparison.Ordinal) && Number(r, "mflop") > 0.002));
    }

    [Fact]
    public void A_candidate_that_is_wrong_has_no_figures_and_exit_code_1()
    {
        _parity.Run("bench", "--candidate", "native:" + NativeCompiler.Build("bias_missing"), "--problem", Line, "--peer", "oracle", "--form", "module", "--rounds", "1");

        Assert.Equal(1, _parity.ExitCode);
        Assert.Contains("problem:0: candidate is wrong in ", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("module, 1 thread: no fair peer was timed", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_have_no_output_are_left_out_and_counted()
    {
        _parity.Write("mine.csv", "name,problem\nfine,l4_k3 float32 forward random seed1\nrejected,l4_k3_p3\nempty,n0_l4_k3\n");
        _parity.Run("bench", "mine.csv", "--peer", "oracle", "--rounds", "1");

        Assert.Equal(0, _parity.ExitCode);
        Assert.Contains("left out, since PyTorch rejects them or their outputs are empty: 2 problems", _parity.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threads 0: write numbers from 1 to 1024, or all, as in 1,all", "--threads", "0")]
    [InlineData("--threads 1,many: write numbers from 1 to 1024, or all, as in 1,all", "--threads", "1,many")]
    [InlineData("--problem \"l4_k3_p3\": cannot be timed: PyTorch rejects it (output_size)", "--problem", "l4_k3_p3")]
    [InlineData("--problem \"l4_q3\": 'q3' is not part of a problem", "--problem", "l4_q3")]
    [InlineData("--count: generates problems in place of FILE and --problem; give one of them", "--count", "3", "--problem", "l4_k3")]
    [InlineData("--above 1000: the profile smoke has hardly any problems of that size; --profile names a larger one", "--count", "1", "--profile", "smoke", "--above", "1000")]
    [InlineData("--pass backward: 'backward' is not a pass; there are forward, grad_input, grad_weight and grad_bias, and several gradients joined by + as in grad_input+grad_weight", "--pass", "backward", "--problem", "l4_k3")]
    [InlineData("there is no problem to time in this form", "--form", "functional", "--problem", "l4_k3_s2 output_size=[10]")]
    [InlineData("there is no runner 'mine'; there are ", "--peer", "mine", "--problem", "l4_k3")]
    [InlineData("nowhere.csv: there is no such file", "nowhere.csv")]
    [InlineData("--rounds 0: --rounds wants a whole number from 1 to 10000; see 'parity bench --help'", "--rounds", "0")]
    public void Wrong_input_is_told_in_one_line(string message, params string[] arguments)
    {
        _parity.Run(["bench", .. arguments]);

        Assert.Equal(2, _parity.ExitCode);
        Assert.StartsWith("parity: " + message, _parity.Errors, StringComparison.Ordinal);
        Assert.Single(_parity.Errors.TrimEnd('\n').Split('\n'));
        Assert.Equal("", _parity.Output);
    }

    [Fact]
    public void Figures_of_another_run_are_not_overwritten_unless_forced()
    {
        Directory.CreateDirectory(Path.Combine(_parity.Folder, "timed"));
        _parity.Write("timed/bench.csv", "kept");
        string[] arguments = ["bench", "--problem", Line, "--peer", "oracle", "--rounds", "1", "--out", "timed"];

        _parity.Run(arguments);

        Assert.Equal(2, _parity.ExitCode);
        Assert.Equal("parity: --out timed: holds a bench.csv already; name another folder, or overwrite it by --force\n", _parity.Errors);
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_parity.Folder, "timed", "bench.csv")));
        Assert.Equal(0, _parity.Run([.. arguments, "--force"]).ExitCode);
        Assert.Equal(4, Rows("timed").Count);
    }

    public void Dispose() => _parity.Dispose();

    private static double Number(CsvLine line, string column) => double.Parse(line[column], System.Globalization.CultureInfo.InvariantCulture);

    private List<CsvLine> Rows(string folder) =>
        CsvTable.Read(Path.Combine(_parity.Folder, folder, "bench.csv"), [.. ParityHarness.Benchmarks.BenchmarkFile.Columns], []).Lines;
}
