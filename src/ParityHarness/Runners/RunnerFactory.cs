using ParityHarness.Kernels;
using ParityHarness.Records;

namespace ParityHarness.Runners;

/// <summary>Runners by name.</summary>
public static class RunnerFactory
{
    /// <summary>The names, for help texts and messages.</summary>
    public const string Names = "kernel, kernel:scalar, kernel:128, kernel:256, kernel:512, torchsharp, libtorch, libtorch:LEVEL, libtorch@2.6, onednn, onednn:LEVEL, oracle, recorded, native:PATH.so, assembly:PATH.dll, exec:COMMAND";

    /// <summary>The assembly that holds the TorchSharp runner; empty where the package was not to be had.</summary>
    public const string TorchSharpAssembly = "ParityHarness.TorchSharp";

    /// <summary>Makes a runner.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="fixturesFolder">Where recorded answers are, or null.</param>
    /// <param name="beside">
    /// The other runner of this process, if there is one. Two libtorches in one process would share symbols, and neither
    /// result could be trusted: beside torchsharp, libtorch gets a process of its own.
    /// </param>
    /// <exception cref="RunnerLoadException">There is no such runner, or it cannot be loaded here.</exception>
    public static IRunner Create(string name, string? fixturesFolder, string beside = "")
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (kind, argument) = colon < 0 ? (name, "") : (name[..colon], name[(colon + 1)..]);
        return kind switch
        {
            "kernel" when colon < 0 => new KernelRunner(),
            "kernel" => new KernelRunner(LevelOf(argument)),
            "oracle" when colon < 0 => new OracleRunner(),
            "libtorch" when colon < 0 && beside == "torchsharp" => Apart(name, Library(kind), []),
            "libtorch" or "onednn" when colon < 0 => new NativeRunner(name, Library(kind)),
            "libtorch" or "onednn" => Apart(name, Library(kind), IsaLevels.EnvironmentOf(kind, argument)),
            _ when kind.StartsWith(LibtorchRoots.Prefix, StringComparison.Ordinal) => LibtorchRoots.Start(name, kind, colon < 0 ? [] : IsaLevels.EnvironmentOf(kind, argument)),
            "torchsharp" when colon < 0 => AssemblyRunners.Load(TorchSharpAssembly),
            "recorded" when colon < 0 => Recorded(fixturesFolder),
            "native" when argument.Length > 0 => new NativeRunner(name, Path.GetFullPath(argument)),
            "assembly" when argument.Length > 0 => AssemblyRunners.LoadFile(argument),
            "exec" when argument.Length > 0 => ExecRunner.OfShell(name, argument),
            _ => throw new RunnerLoadException($"there is no runner '{name}'; there are {Names}"),
        };
    }

    /// <summary>A runner's name up to a level or a version: libtorch for libtorch@2.6, kernel for kernel:512.</summary>
    public static string BaseName(string name)
    {
        var end = name.AsSpan().IndexOfAny(':', '@');
        return end < 0 ? name : name[..end];
    }

    /// <summary>Whether a runner is a library that others have released, as it is: its known faults may be excused, those of an implementation under test never.</summary>
    public static bool IsReleasedLibrary(string name) => BaseName(name) is "libtorch" or "torchsharp" or "onednn";

    private static string Library(string runner) =>
        NativeLibraries.TryFind("parity_" + runner, out var path, out var why) ? path : throw new RunnerLoadException(why);

    /// <summary>A library in a process of its own.</summary>
    private static ExecRunner Apart(string name, string library, IReadOnlyList<KeyValuePair<string, string>> environment)
    {
        var program = Path.Combine(Path.GetDirectoryName(library)!, "parity_serve");
        return File.Exists(program)
            ? new ExecRunner(name, program, [library], environment)
            : throw new RunnerLoadException($"{name}: there is no {program}; run scripts/setup");
    }

    private static SimdLevel LevelOf(string text) => text switch
    {
        "scalar" => SimdLevel.Scalar,
        "128" => SimdLevel.Vector128,
        "256" => SimdLevel.Vector256,
        "512" => SimdLevel.Vector512,
        _ => throw new RunnerLoadException($"kernel:{text}: the levels are scalar, 128, 256, 512"),
    };

    private static RecordedRunner Recorded(string? fixturesFolder)
    {
        if (fixturesFolder is null || !Directory.Exists(fixturesFolder))
        {
            throw new RunnerLoadException("recorded: there is no fixtures folder; name it by --fixtures DIR");
        }

        return new RecordedRunner(RecordedAnswers.Load(fixturesFolder));
    }
}
