using ParityHarness.Judging;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Tensors;

using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Holds the kernel's rms error against TorchSharp's on the same numbers, both measured from the oracle.</summary>
internal static class TorchSharpAccuracy
{
    /// <summary>TorchSharp as it is on this CPU, and held to AVX2.</summary>
    public static TheoryData<string> Peers => IsaLevels.CpuFeatures.Contains("avx512", StringComparer.Ordinal) ? ["torchsharp", "torchsharp:avx2"] : ["torchsharp"];

    /// <summary>Fails for each problem on which the kernel's rms error, over all seeds, exceeds 1.1 times the peer's.</summary>
    public static void AssertNoWorse(string peer, IReadOnlyList<Problem> problems, ulong seeds)
    {
        using var tensors = new TensorSet();
        using var ours = new Outcome();
        using var theirs = new Outcome();
        using var kernel = new KernelRunner();
        using var torchsharp = RunnerCatalog.Create(peer, null);
        var comparer = new Comparer(Tolerance.Bound);
        var worse = new List<string>();
        var judged = 0;
        foreach (var problem in problems)
        {
            double ofKernel = 0, ofPeer = 0;
            var isPeerRight = true;
            for (ulong seed = 1; seed <= seeds; seed++)
            {
                var seeded = problem with { DataSeed = seed };
                DataFiller.Fill(seeded, tensors);
                kernel.Run(seeded, tensors, ours);
                torchsharp.Run(seeded, tensors, theirs);
                var judgement = comparer.Compare(seeded, tensors, theirs, ours);
                Assert.False(judgement.Side.HasFlag(Side.Candidate), $"{seeded}: {judgement.Detail}");
                isPeerRight &= judgement.Verdict == Verdict.Passed;
                ofKernel += Math.Pow(judgement.CandidateRms, 2);
                ofPeer += Math.Pow(judgement.ReferenceRms, 2);
            }

            // Nobody is held against an answer that is wrong; where it may be, fixtures/divergences.csv says.
            Assert.True(isPeerRight || IsaLevels.HidesCacheSizes, $"{problem}: {peer} is wrong");
            judged += isPeerRight ? 1 : 0;
            if (isPeerRight && Math.Sqrt(ofKernel) > 1.1 * Math.Sqrt(ofPeer))
            {
                worse.Add($"{problem}: {Math.Sqrt(ofKernel / ofPeer):F3} times {peer}'s rms error");
            }
        }

        Assert.True(worse.Count == 0, string.Join("\n", worse));
        Assert.True(judged > problems.Count / 2, $"only {judged} of {problems.Count} problems were judged");
    }
}
