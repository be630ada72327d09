using System.Text.RegularExpressions;

using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Examples;

/// <summary>What must be said twice in the manifest of the Indexed Job is said alike.</summary>
public class KubernetesManifestTests
{
    private static readonly string Manifest = File.ReadAllText(Path.Combine(NativeCompiler.Root, "src", "examples", "kubernetes.yaml"));

    [Fact]
    public void The_shards_are_as_many_as_the_completions() =>
        Assert.Contains($"--shard $((JOB_COMPLETION_INDEX + 1))/{Value("completions")} ", Manifest, StringComparison.Ordinal);

    [Fact]
    public void The_job_mounts_the_claim_that_stands_below_it() =>
        Assert.Equal(Value("claimName"), Regex.Match(Manifest, @"kind: PersistentVolumeClaim\s+metadata:\s+name: (\S+)").Groups[1].Value);

    private static string Value(string key) => Regex.Match(Manifest, $@"^ *{key}: (\S+)", RegexOptions.Multiline) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidDataException($"the manifest has no {key}");
}
