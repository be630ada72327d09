using System.Collections.Concurrent;
using System.Diagnostics;
using ParityHarness.Runners.Native;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>Builds the C sources of tests/ParityHarness.FaultyRunners with cc, each once a run, in a folder of its own.</summary>
internal static class NativeCompiler
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new(StringComparer.Ordinal);

    private static readonly Lazy<string> Folder = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("parity-faulty-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    public static string Root { get; } =
        NativeLibraries.RepositoryRoot() ?? throw new InvalidOperationException("the tests stand outside the repository");

    public static string Sources { get; } = Path.Combine(Root, "tests", "ParityHarness.FaultyRunners");

    /// <summary>The names of all faulty runners.</summary>
    public static IEnumerable<string> All =>
        Directory.EnumerateFiles(Sources, "*.c").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    /// <summary>The library of one faulty runner.</summary>
    public static string Build(string name) =>
        Built.GetOrAdd(name, n => new Lazy<string>(() => Compile(Path.Combine(Sources, n + ".c"), n + ".so", "-shared", "-fPIC"))).Value;

    /// <summary>Builds all faulty runners, on all cores.</summary>
    public static void BuildAll() => Parallel.ForEach(All, name => Build(name));

    /// <summary>A file in the temporary folder.</summary>
    public static string File(string name) => Path.Combine(Folder.Value, name);

    /// <summary>Compiles one C file; flags of its own stand in it after "// cc:".</summary>
    public static string Compile(string source, string target, params string[] flags)
    {
        var own = System.IO.File.ReadLines(source).FirstOrDefault(l => l.StartsWith("// cc:", StringComparison.Ordinal));
        var output = File(target);
        Run("cc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", .. flags, .. own?[6..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [], "-I", Path.Combine(Root, "src", "native"), "-o", output, source]);
        return output;
    }

    /// <summary>Runs a program that must succeed; its standard output.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} returned {process.ExitCode}: {errors.Result}");
    }
}
