using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Examples;

/// <summary>A test that needs actionlint; where it is missing it is skipped, with that as the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ActionlintFactAttribute : FactAttribute
{
    public ActionlintFactAttribute() => Skip = Missing;

    public static string Package { get; } = Path.Combine(NativeCompiler.Root, "build", "actionlint", "package", "node.cjs");

    public static string? Missing => File.Exists(Package) ? null : "actionlint is missing: scripts/setup --tests";
}
