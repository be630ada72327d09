using k8s;
using k8s.Models;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Examples;

/// <summary>The manifest of the Indexed Job, read strictly by the types of the Kubernetes API.</summary>
public class KubernetesManifestTests
{
    private static readonly string Manifest = File.ReadAllText(Path.Combine(NativeCompiler.Root, "src", "examples", "kubernetes.yaml"));

    [Fact]
    public void It_is_a_job_whose_shards_are_as_many_as_its_completions_and_the_claim_that_it_mounts()
    {
        var read = KubernetesYaml.LoadAllFromString(Manifest, strict: true);
        var job = Assert.IsType<V1Job>(read[0]);
        var claim = Assert.IsType<V1PersistentVolumeClaim>(read[1]);
        var pod = job.Spec.Template.Spec;

        Assert.Equal(2, read.Count);
        Assert.Equal("Indexed", job.Spec.CompletionMode);
        Assert.Contains($"--shard $((JOB_COMPLETION_INDEX + 1))/{job.Spec.Completions} ", pod.Containers[0].Args[0], StringComparison.Ordinal);
        Assert.Equal(claim.Metadata.Name, pod.Volumes[0].PersistentVolumeClaim.ClaimName);
        Assert.Equal(pod.Volumes[0].Name, pod.Containers[0].VolumeMounts[0].Name);
        Assert.Equal(pod.Containers[0].Name, job.Spec.PodFailurePolicy.Rules[1].OnExitCodes.ContainerName);
    }

    [Theory]
    [InlineData("completionMode")]
    [InlineData("backoffLimitPerIndex")]
    [InlineData("onPodConditions")]
    [InlineData("containerName")]
    [InlineData("terminationGracePeriodSeconds")]
    [InlineData("volumeMounts")]
    [InlineData("claimName")]
    [InlineData("accessModes")]
    public void A_misspelt_key_is_seen(string key)
    {
        var misspelt = Manifest.Replace(key + ":", key + "q:", StringComparison.Ordinal);
        Assert.NotEqual(Manifest, misspelt, StringComparer.Ordinal);

        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(misspelt, strict: true));
    }
}
