using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Managed;
using ParityHarness.Runners.Native;

namespace ParityHarness.Campaigns;

/// <summary>
/// Which reference is in force: TorchSharp where it is in this build, else the system's libtorch, else recorded answers.
/// </summary>
internal static class References
{
    /// <summary>The live ones, best first.</summary>
    public static IReadOnlyList<string> Live { get; } = ["torchsharp", "libtorch"];

    /// <summary>Why a reference cannot be had here, or null where it can, as far as can be told without loading it.</summary>
    public static string? WhyNot(string name)
    {
        switch (name)
        {
            case "libtorch" or "onednn":
                return NativeLibraries.TryFind("parity_" + name, out _, out var why) ? null : why;
            case "torchsharp":
                return AssemblyRunners.WhyNot(RunnerFactory.TorchSharpAssembly);
            case "onnxruntime":
                return AssemblyRunners.WhyNot(RunnerFactory.OnnxRuntimeAssembly);
            default:
                return null;
        }
    }

    /// <summary>The reference asked for, or the default.</summary>
    /// <param name="asked">A runner's name, or null for the default.</param>
    /// <param name="needsLive">Whether recorded answers do not serve, as for generated problems.</param>
    /// <exception cref="HarnessException">There is none, or not the one asked for.</exception>
    public static string Choose(string? asked, bool needsLive)
    {
        if (asked == "recorded" && needsLive)
        {
            throw new HarnessException("recorded answers are no live reference: they know only the problems that were recorded. Use run, or --reference libtorch");
        }

        if (asked is not null)
        {
            return WhyNot(asked) is { } reason ? throw new HarnessException(reason) : asked;
        }

        var reasons = new List<string>();
        foreach (var name in Live)
        {
            if (WhyNot(name) is not { } reason)
            {
                return name;
            }

            reasons.Add(reason);
        }

        return needsLive
            ? throw new HarnessException($"there is no live reference to fuzz against: {string.Join("; ", reasons)}")
            : "recorded";
    }
}
