using System.Diagnostics;
using ParityHarness.Tests.Runners.Native;

namespace ParityHarness.Tests.Readme;

/// <summary>
/// Types the commands of a page, one after the other, in a folder that looks like a fresh clone. scripts/parity there is
/// the program as it was built for these tests, and so is the library that a C# project refers to.
/// </summary>
public class PageSession : IDisposable
{
    /// <summary>The commands that are not typed: the tests would start themselves.</summary>
    public static readonly string[] NotTyped = ["scripts/test"];

    /// <summary>The reference that the outputs name.</summary>
    private const string NamedReference = "--reference torchsharp";

    private static string? s_environment;

    private readonly string _folder = Directory.CreateTempSubdirectory("parity-readme-").FullName;
    private readonly Dictionary<string, List<(int Exit, string Output, string Errors)>> _results = new(StringComparer.Ordinal);

    public PageSession(Page page)
    {
        Clone = Path.Combine(_folder, "clone");
        foreach (var folder in (string[])["fixtures", "src"])
        {
            Copy(folder);
        }

        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"])
        {
            File.Copy(Path.Combine(NativeCompiler.Root, file), Path.Combine(Clone, file));
        }

        Directory.CreateDirectory(Path.Combine(Clone, "scripts"));
        var parity = Path.Combine(Clone, "scripts", "parity");
        File.WriteAllText(parity, $"#!/bin/sh\nexport PARITY_COMMAND=\"$0\"\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' \"$@\"\n");
        NativeCompiler.Run("chmod", "+x", parity);

        Environment = s_environment ??= Type("scripts/parity env").Output;
        ReferenceInForce = Environment.Split('\n')[0]["reference in force: ".Length..].Trim();
        Page = page;
        foreach (var line in page.ShellLines.Except(NotTyped, StringComparer.Ordinal))
        {
            _results[line] = [];
        }

        foreach (var line in page.ShellLines.Where(l => !NotTyped.Contains(l, StringComparer.Ordinal)))
        {
            _results[line].Add(Type(line
                .Replace(NamedReference, $"--reference {ReferenceInForce}", StringComparison.Ordinal)
                .Replace("reference src/ParityHarness", $"reference {NativeCompiler.Root}/src/ParityHarness", StringComparison.Ordinal)));
        }
    }

    /// <summary>Whose commands were typed.</summary>
    public Page Page { get; }

    /// <summary>What parity env says.</summary>
    public string Environment { get; }

    /// <summary>The default reference here.</summary>
    public string ReferenceInForce { get; }

    private string Clone { get; }

    /// <summary>What came of a line of the page, the last time where it stands there several times.</summary>
    public (int Exit, string Output, string Errors) this[string line] => _results[line][^1];

    /// <summary>Runs one line in the folder.</summary>
    public (int Exit, string Output, string Errors) Type(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", line])
        {
            UseShellExecute = false,
            WorkingDirectory = Clone,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
        }) ?? throw new InvalidOperationException("bash did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>A file of the folder.</summary>
    public string Read(string file) => File.ReadAllText(Path.Combine(Clone, file));

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private void Copy(string folder)
    {
        Directory.CreateDirectory(Path.Combine(Clone, folder));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(NativeCompiler.Root, folder)))
        {
            File.Copy(file, Path.Combine(Clone, folder, Path.GetFileName(file)));
        }

        foreach (var below in Directory.EnumerateDirectories(Path.Combine(NativeCompiler.Root, folder)).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")))
        {
            Copy(Path.Combine(folder, below!));
        }
    }
}
