using System.Runtime.Intrinsics.X86;
using ParityHarness.Runners;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>A test that makes the sample reports again, which takes libtorch 1.13.1 and AVX-512; where one is missing it is skipped, with that as the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SampleReportsFactAttribute : FactAttribute
{
    public SampleReportsFactAttribute()
    {
        using var libtorch = File.Exists(Path.Combine(NativeCompiler.Root, "build", "native", "libparity_libtorch.so")) ? RunnerCatalog.Create("libtorch", null) : null;
        Skip = libtorch?.Version != "1.13.1" ? "there is no libtorch 1.13.1, which the sample reports are of"
            : !Avx512F.IsSupported ? "the processor has no AVX-512, without which libtorch's bfloat16 is right"
            : null;
    }
}
