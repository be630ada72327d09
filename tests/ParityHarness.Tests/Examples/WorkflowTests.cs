using System.Diagnostics;
using System.Text.Json;
using ParityHarness.Tests.Readme;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Examples;

/// <summary>The workflow for GitHub Actions that users copy, and the scripts, held against the usual linters.</summary>
[Trait("speed", "slow")]
public class WorkflowTests
{
    private static readonly string Workflow = Path.Combine(NativeCompiler.Root, ".github", "workflows", "parity.yml");

    [RequiresFact(Requirement.Actionlint)]
    public void Actionlint_has_nothing_to_say_of_the_workflow() => Assert.Empty(Actionlint(File.ReadAllText(Workflow)));

    [RequiresTheory(Requirement.Actionlint)]
    [InlineData("runs-on:", "run-on:", "\"run-on\"")]
    [InlineData("matrix.shard }}/4", "matrix.shart }}/4", "\"shart\"")]
    [InlineData("needs: fuzz", "needs: fuss", "\"fuss\"")]
    [InlineData("fail-fast:", "fail-fats:", "\"fail-fats\"")]
    [InlineData("if: always()", "if: alway()", "\"alway\"")]
    public void What_is_misspelt_in_it_is_seen(string right, string wrong, string seen)
    {
        var text = File.ReadAllText(Workflow);
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.Contains(Actionlint(text.Replace(right, wrong, StringComparison.Ordinal)), message => message.Contains(seen, StringComparison.Ordinal));
    }

    [RequiresFact("shellcheck")]
    public void ShellCheck_has_nothing_to_say_of_the_scripts_and_the_steps_of_the_workflow()
    {
        var steps = NativeCompiler.File("workflow-steps.sh");
        File.WriteAllLines(steps, ["#!/usr/bin/env bash", .. File.ReadLines(Workflow).Where(line => line.Contains("run: ", StringComparison.Ordinal)).Select(Step)]);
        string[] scripts =
        [
            .. ((string[])["scripts", ".ci"]).SelectMany(folder => Directory.GetFiles(Path.Combine(NativeCompiler.Root, folder))),
            .. Directory.GetFiles(Path.Combine(NativeCompiler.Root, "src", "examples"), "*.slurm"),
            steps,
        ];

        Assert.Equal("", NativeCompiler.Run("shellcheck", ["-x", "-P", Path.Combine(NativeCompiler.Root, "scripts"), .. scripts]));
    }

    private static string Step(string line) => line[(line.IndexOf("run: ", StringComparison.Ordinal) + 5)..].Replace("${{ matrix.shard }}", "1", StringComparison.Ordinal);

    /// <summary>What the linter complains of, run by the Node.js that the browser's driver has.</summary>
    private static List<string> Actionlint(string workflow)
    {
        var node = Path.Combine(AppContext.BaseDirectory, ".playwright", "node", "linux-x64", "node");
        const string Program = "require(process.argv[1]).createLinter().then(lint => console.log(JSON.stringify(lint(require('fs').readFileSync(0, 'utf8'), 'parity.yml'))))";
        using var process = Process.Start(new ProcessStartInfo(node, ["-e", Program, Requirement.ActionlintModule]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(workflow);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return JsonDocument.Parse(output).RootElement.EnumerateArray().Select(one => $"{one.GetProperty("line")}: {one.GetProperty("message")}").ToList();
    }
}
