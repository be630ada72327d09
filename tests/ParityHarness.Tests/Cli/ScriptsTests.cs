using System.Diagnostics;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>What the scripts say while they build.</summary>
public sealed class ScriptsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-scripts-").FullName;

    public ScriptsTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        File.Copy(Path.Combine(NativeCompiler.Root, "scripts", "common.sh"), Path.Combine(_folder, "scripts", "common.sh"));
    }

    [Fact]
    public void Waiting_for_another_build_is_said()
    {
        using var first = Start("exclusively build.lock sh -c 'echo building; read line'");
        Assert.Equal("building", first.StandardOutput.ReadLine());
        using var second = Start("exclusively build.lock echo built");

        Assert.Equal("common.sh: waiting for another build or set-up in this folder to end", second.StandardError.ReadLine());
        first.StandardInput.Close();
        Assert.Equal("built\n", second.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void A_build_that_fails_says_all_and_keeps_its_exit_code()
    {
        using var build = Start("patiently 'still building' sh -c 'echo wrong; exit 5'");

        Assert.Equal("wrong\n", build.StandardError.ReadToEnd());
        build.WaitForExit();
        Assert.Equal(5, build.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Process Start(string command) => Process.Start(new ProcessStartInfo("bash", ["-c", $"source scripts/common.sh; {command}", "scripts/common.sh"])
    {
        UseShellExecute = false,
        WorkingDirectory = _folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
