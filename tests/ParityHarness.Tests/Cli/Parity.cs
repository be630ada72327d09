using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ParityHarness.Tests.Cli;

/// <summary>The program, run as a process of its own in a folder of its own.</summary>
internal sealed partial class Parity : IDisposable
{
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);

    public string Folder { get; } = Directory.CreateTempSubdirectory("parity-cli-").FullName;

    public int ExitCode { get; private set; }

    public string Output { get; private set; } = "";

    /// <summary>What it wrote to stderr, progress aside.</summary>
    public string Errors { get; private set; } = "";

    public string Mismatches => Path.Combine(Folder, "parity-out", "mismatches.csv");

    /// <summary>Where the results of problem lines go, so that the rows they were taken from stay.</summary>
    public string MismatchesOfLines => Path.Combine(Folder, "parity-out", "problem", "mismatches.csv");

    /// <summary>On a busy machine anything may take ten seconds, and then a line says how far it is.</summary>
    public static string WithoutProgress(string errors) => Progress().Replace(errors, "");

    /// <summary>Sets a variable for the runs that follow.</summary>
    public Parity With(string variable, string? value)
    {
        _environment[variable] = value;
        return this;
    }

    public Parity Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        Output = process.StandardOutput.ReadToEnd();
        Errors = WithoutProgress(errors.Result);
        process.WaitForExit();
        ExitCode = process.ExitCode;
        return this;
    }

    public Process Start(params string[] arguments)
    {
        // Tests that are run in the background ignore Ctrl-C, and so would what they start.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "parity.dll"), .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return name;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    [GeneratedRegex(@"^parity: ([\d,]+( of [\d,]+)? problems, |\d+ of \d+: ).*\n?", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Progress();
}
