using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Runners.Kernel;

public class KernelRunnerTests
{
    [Fact]
    public void The_kernels_reasons_have_the_names_and_numbers_of_the_harness() =>
        Assert.Equal(
            Enum.GetValues<RejectionReason>().Select(reason => $"{(int)reason} {reason}"),
            Enum.GetValues<ParityHarness.Kernels.RejectionReason>().Select(reason => $"{(int)reason} {reason}"),
            StringComparer.Ordinal);
}
