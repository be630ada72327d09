using ParityHarness.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>A test of the onednn runner, which is optional: without oneDNN it is skipped, with the reason and what to install.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OneDnnFactAttribute : FactAttribute
{
    public OneDnnFactAttribute() => Skip = WhyNot;

    public static string? WhyNot => NativeLibraries.TryFind("parity_onednn", out _, out var why) ? null : why;
}
