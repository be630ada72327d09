using System.ComponentModel;
using System.Diagnostics;

using ParityHarness.Runners.Native;
using ParityHarness.Tests.Runners.Native;

namespace ParityHarness.Tests;

/// <summary>
/// What some tests need and not every machine has. Where it is missing they are skipped, with that as the reason; with the variable
/// PARITY_REQUIRE_ALL set they are run all the same, and fail.
/// </summary>
internal static class Requirement
{
    public const string OneDnn = "oneDNN";
    public const string PyTorch = "PyTorch for Python";
    public const string Actionlint = "actionlint";
    public const string Mounts = "mounts of one's own";

    /// <summary>The Python that has PyTorch.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>actionlint, as a module of Node.js.</summary>
    public static string ActionlintModule { get; } = Path.Combine(NativeCompiler.Root, "build", "actionlint", "package", "node.cjs");

    /// <summary>Why a test is skipped, or null where it is run.</summary>
    /// <param name="what">One of the above, or a program.</param>
    public static string? WhySkipped(string what) => Environment.GetEnvironmentVariable("PARITY_REQUIRE_ALL") is { Length: > 0 } ? null : WhyMissing(what);

    private static string? WhyMissing(string what) => what switch
    {
        OneDnn => NativeLibraries.TryFind("parity_onednn", out _, out var why) ? null : why,
        PyTorch => File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/torch") ? null : $"{what} is missing: scripts/setup --tests",
        Actionlint => File.Exists(ActionlintModule) ? null : $"{what} is missing: scripts/setup --tests",
        Mounts => WhyNoMounts(),
        _ => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, what))) ? null : $"{what} is not on the PATH",
    };

    private static string? WhyNoMounts()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["--map-root-user", "--mount", "true"]) { UseShellExecute = false, RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "this machine allows no mounts of one's own (unshare --map-root-user --mount)";
        }
        catch (Win32Exception e)
        {
            return $"unshare is missing: {e.Message}";
        }
    }
}
