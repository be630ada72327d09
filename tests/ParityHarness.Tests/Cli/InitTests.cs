using System.Diagnostics;
using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>What parity init lays down compiles by the line that it prints, holds as it is, and is found out when it is broken.</summary>
public sealed class InitTests : IDisposable
{
    private readonly Parity _parity = new();

    [RequiresFact("cc")]
    public void C_takes_a_plain_function() => AssertHolds("c", "mine.c", "bias ? bias[o] : 0", "0");

    [RequiresFact("c++")]
    public void Cpp_takes_a_plain_function() => AssertHolds("cpp", "mine.cpp", "bias ? bias[o] : 0", "0");

    [RequiresFact("rustc")]
    public void Rust_is_a_library_without_crates() => AssertHolds("rust", "mine.rs", "let (group_in, group_out)", "assert!(s.dilation == 1); let (group_in, group_out)");

    [Fact] // some seconds: a project is built twice
    public void CSharp_is_a_project_with_the_library_beside_the_program() => AssertHolds("cs", "Mine.cs", "bias is null ? T.Zero : bias[o]", "T.Zero");

    [RequiresFact(Requirement.PyTorch)] // which brings NumPy
    public void NumPy_answers_over_the_pipe() => AssertHolds("py", "mine.py", "y if bias is None else y + np.asarray(bias)[:, None]", "y");

    [RequiresFact(Requirement.PyTorch)]
    public void A_module_of_PyTorch_answers_over_the_pipe() => AssertHolds("torch", "mine_torch.py", "y if self.bias is None else y + self.bias[:, None]", "y");

    [Fact]
    public void A_file_that_is_there_already_is_left_as_it_is()
    {
        _parity.Write("mine.c", "mine");

        Assert.Equal(2, _parity.Run("init", "c").ExitCode);
        Assert.Equal("parity: ./mine.c: is there already and is left as it is; name another folder: parity init c DIR\n", _parity.Errors);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_parity.Folder, "mine.c")));

        Assert.Equal(0, _parity.Run("init", "c", "other").ExitCode);
        Assert.Contains("\n  cd other\n", _parity.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _parity.Dispose();

    private void AssertHolds(string language, string file, string right, string wrong)
    {
        Assert.Equal((0, ""), (_parity.Run("init", language).ExitCode, _parity.Errors));
        var lines = _parity.Output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim()).ToList();
        var (compile, first) = (lines.Count > 1 ? lines[0] : "true", lines[^1]);
        var candidate = first.Split(" --candidate ")[1].Trim('"').Replace("python3", Requirement.Python, StringComparison.Ordinal);
        string[] fuzz = ["fuzz", "--profile", "smoke", "--count", "300", "--reference", "oracle", "--candidate", candidate];
        Shell(compile);
        Assert.True(_parity.Run(fuzz).ExitCode == 0, _parity.Output + _parity.Errors);

        var path = Path.Combine(_parity.Folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(right, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(right, wrong, StringComparison.Ordinal));
        Shell(compile);
        Assert.True(_parity.Run([.. fuzz, "--shrink", "0"]).ExitCode == 1, _parity.Output + _parity.Errors);
    }

    private void Shell(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", line + " 2>&1"])
        {
            UseShellExecute = false,
            WorkingDirectory = _parity.Folder,
            RedirectStandardOutput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{line}\n{output}");
    }
}
