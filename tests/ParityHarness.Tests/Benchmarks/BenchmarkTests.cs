using ParityHarness.Benchmarks;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Runners.Native;
using ParityHarness.Tests.Runners.Native;
using ParityHarness.Tests.Runners.Pipe;

using Xunit;

namespace ParityHarness.Tests.Benchmarks;

/// <summary>How fast anything is is not asserted: only that what is reported follows from what was measured.</summary>
[Trait("speed", "slow")]
public class BenchmarkTests
{
    private static readonly BenchmarkCase Small = new("small", ProblemText.Parse("ic4_oc8_l33_k3_s2_bias float32 forward random seed1"));

    [Theory]
    [InlineData(Form.Module)]
    [InlineData(Form.Functional)]
    public void Each_peer_is_timed_in_the_same_rounds_and_its_figures_agree(Form form)
    {
        using var benchmark = new Benchmark(Settings("kernel", "oracle", "native:" + Minimal));

        var result = benchmark.Run(Small with { Problem = Small.Problem with { Form = form } }, threads: 1);

        Assert.Equal($"oracle native:{Minimal}", string.Join(" ", result.Peers.Select(p => p.Runner.Name)));
        Assert.Equal(8 * 4 * 33 * 3, result.Products);
        foreach (var each in result.Peers.Prepend(result.Candidate))
        {
            Assert.True(each.IsTimed, each.Problem);
            Assert.True(each.Calls >= 1);
            Ascending(each.Seconds);
            Ascending(each.Ratio);
            Ascending(each.Share!.Value);
            Assert.True(each.Seconds.Low > 0);
            Assert.Equal(2e-9 * result.Products / each.Seconds.Median, result.Gflops(each), 1e-9);
        }

        Assert.Equal(new Quartiles(1, 1, 1), result.Candidate.Ratio);
        Assert.Equal(result.Peers.Min(p => p.Ratio.Median), result.Strongest!.Ratio.Median);
        Assert.True(result.PeakGflops > 0 && result.Bandwidth > 0);
    }

    [Theory]
    [InlineData("grad_input", 8 * 4 * 33 * 3)]
    [InlineData("grad_weight", 8 * 4 * 33 * 3)]
    [InlineData("grad_bias", 8 * 67 / 2)]
    public void Gradients_are_judged_and_timed_by_the_kernel_and_by_libtorch(string pass, long products)
    {
        using var benchmark = new Benchmark(Settings("kernel", "libtorch"));

        var result = benchmark.Run(Small with { Problem = Small.Problem with { Pass = Passes.Parse(pass) } }, threads: 1);

        Assert.Equal(products, result.Products);
        Assert.All(result.Peers.Prepend(result.Candidate), each => Assert.True(each.IsTimed && each.Seconds.Low > 0, each.Problem));
    }

    [Fact]
    public void A_result_that_is_wrong_is_not_timed()
    {
        using var benchmark = new Benchmark(Settings("native:" + Faulty("bias_missing"), "oracle"));

        var result = benchmark.Run(Small, threads: 1);

        Assert.True(result.Candidate is { IsTimed: false, IsFailure: true });
        Assert.StartsWith("candidate is wrong in ", result.Candidate.Problem, StringComparison.Ordinal);
        Assert.Null(result.Strongest);
    }

    [Fact]
    public void A_peer_that_is_wrong_is_named_and_the_others_are_timed()
    {
        using var benchmark = new Benchmark(Settings("kernel", "native:" + Faulty("bias_missing"), "oracle"));

        var result = benchmark.Run(Small, threads: 1);

        Assert.True(result.Candidate.IsTimed);
        Assert.True(result.Peers[0] is { IsTimed: false, IsFailure: true });
        Assert.Same(result.Peers[1], result.Strongest);
    }

    [Fact]
    public void What_a_peer_does_not_do_is_said_and_not_a_failure()
    {
        using var benchmark = new Benchmark(Settings("kernel", "oracle"));

        var result = benchmark.Run(Small, threads: 2);

        Assert.Equal("oracle is timed on one thread only", result.Peers[0].Problem);
        Assert.False(result.Peers[0].IsFailure);
    }

    // Both ends of the pipe: ours, which offers any runner, and the one in C, which offers a library.
    [Fact]
    public void A_peer_behind_a_pipe_times_itself()
    {
        string[] peers = ["exec:" + ExecRunnerTests.Serve("kernel"), "exec:" + ExecRunnerTests.Serve($"native:{Libtorch}")];
        using var benchmark = new Benchmark(Settings("kernel", peers));

        var result = benchmark.Run(Small, threads: 1);

        Assert.All(result.Peers, peer => Assert.True(peer.IsTimed && peer.Seconds.Low > 0, peer.Problem));

        // A question over a pipe costs tens of microseconds, this problem a few.
        Assert.InRange(result.Peers[0].Calls, 2, long.MaxValue);
    }

    [Fact]
    public void Native_peers_are_timed_on_several_threads_and_in_both_forms()
    {
        using var benchmark = new Benchmark(Settings("kernel", "libtorch"));
        foreach (var form in Enum.GetValues<Form>())
        {
            var result = benchmark.Run(Small with { Problem = Small.Problem with { Form = form } }, threads: 2);

            Assert.True(result.Peers[0] is { IsFailure: false }, result.Peers[0].Problem);
        }
    }

    [Fact]
    public void A_libtorch_on_netlibs_BLAS_is_no_fair_peer()
    {
        var libtorch = new Measurement { Runner = new("libtorch", "1.13.1", "netlib reference BLAS, slow (/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0), 1 thread") };

        Assert.False(libtorch.IsFair);
        Assert.True((libtorch with { Runner = new("libtorch", "1.13.1", "OpenBLAS 0.3.21 (SkylakeX), 1 thread") }).IsFair);
    }

    [Theory]
    [InlineData(DType.Float32, 1)]
    [InlineData(DType.Float64, 2)]
    public void The_peak_is_measured_at_every_level(DType dtype, int threads) =>
        Assert.All(SimdLevels.Supported, level => Assert.True(FmaPeak.Measure(dtype, level, threads, 0.0002) is > 0 and < 1e15));

    private static string Minimal => NativeCompiler.Compile(Path.Combine(NativeCompiler.Root, "src", "native", "minimal_runner.c"), "minimal_to_be_timed.so", "-O2", "-shared", "-fPIC");

    private static string Libtorch => NativeLibraries.TryFind("parity_libtorch", out var path, out var why) ? path : throw new InvalidOperationException(why);

    private static string Faulty(string name) => NativeCompiler.Build(name);

    private static BenchmarkSettings Settings(string candidate, params string[] peers) =>
        new() { Candidate = candidate, Peers = peers, Rounds = 3, SampleSeconds = 0.0002 };

    private static void Ascending(Quartiles q) => Assert.True(q.Low <= q.Median && q.Median <= q.High);
}
