using System.Diagnostics;
using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>A test that needs a module of Python; where it is missing it is skipped, with that as the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute(string python, string module)
    {
        Python = python;
        Module = module;
        if (!File.Exists(python))
        {
            Skip = $"{python} is not there";
            return;
        }

        using var process = Process.Start(new ProcessStartInfo(python, ["-c", $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"]) { UseShellExecute = false })!;
        process.WaitForExit();
        Skip = process.ExitCode == 0 ? null : $"{python} has no module {module}";
    }

    public string Python { get; }

    public string Module { get; }
}
