using System.Diagnostics;
using ParityHarness.Tests.Runners;

namespace ParityHarness.Tests.Readme;

/// <summary>
/// Types the README's commands, one after the other, in a folder that looks like a fresh clone. scripts/parity there is
/// the program as it was built for these tests.
/// </summary>
public sealed class ReadmeSession : IDisposable
{
    /// <summary>The commands that are not typed: the tests would start themselves.</summary>
    public static readonly string[] NotTyped = ["scripts/test"];

    /// <summary>The reference that the README's outputs name.</summary>
    private const string NamedReference = "--reference libtorch";

    private readonly string _folder = Directory.CreateTempSubdirectory("parity-readme-").FullName;
    private readonly Dictionary<string, (int Exit, string Output, string Errors)> _results = new(StringComparer.Ordinal);

    public ReadmeSession()
    {
        Copy("fixtures");
        Copy("src/native");
        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        var parity = Path.Combine(_folder, "scripts", "parity");
        File.WriteAllText(parity, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' \"$@\"\n");
        NativeCompiler.Run("chmod", "+x", parity);

        Environment = Type("scripts/parity env").Output;
        ReferenceInForce = Environment.Split('\n')[0]["reference in force: ".Length..].Trim();
        foreach (var line in ReadmeFile.ShellLines.Except(NotTyped, StringComparer.Ordinal))
        {
            _results[line] = Type(line.Replace(NamedReference, $"--reference {ReferenceInForce}", StringComparison.Ordinal));
        }
    }

    /// <summary>What parity env says.</summary>
    public string Environment { get; }

    /// <summary>The default reference here.</summary>
    public string ReferenceInForce { get; }

    /// <summary>What came of a line of the README.</summary>
    public (int Exit, string Output, string Errors) this[string line] => _results[line];

    /// <summary>Runs one line in the folder.</summary>
    public (int Exit, string Output, string Errors) Type(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", line])
        {
            UseShellExecute = false,
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("bash did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>A file of the folder.</summary>
    public string Read(string file) => File.ReadAllText(Path.Combine(_folder, file));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Copy(string folder)
    {
        Directory.CreateDirectory(Path.Combine(_folder, folder));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(NativeCompiler.Root, folder)))
        {
            File.Copy(file, Path.Combine(_folder, folder, Path.GetFileName(file)));
        }
    }
}
