using ParityHarness.Fixtures;
using ParityHarness.Kernels;
using ParityHarness.Runners.Kernel;
using ParityHarness.Runners.Managed;
using ParityHarness.Runners.Native;
using ParityHarness.Runners.Pipe;
using ParityHarness.Runners.Recorded;

namespace ParityHarness.Runners;

/// <summary>Runners by name.</summary>
internal static class RunnerFactory
{
    /// <summary>The names, for help texts and messages.</summary>
    public const string Names = "kernel, kernel:scalar, kernel:128, kernel:256, kernel:512, torchsharp, torchsharp:LEVEL, libtorch, libtorch:LEVEL, onednn, onednn:LEVEL, onnxruntime, onnx:MODEL.onnx, oracle, recorded, native:PATH.so, assembly:PATH.dll, exec:COMMAND";

    /// <summary>The assembly that holds the TorchSharp runner.</summary>
    public const string TorchSharpAssembly = "ParityHarness.TorchSharp";

    /// <summary>The assembly that holds the runners of ONNX Runtime.</summary>
    public const string OnnxRuntimeAssembly = "ParityHarness.OnnxRuntime";

    private static string? _loadedLibtorch;

    /// <summary>Makes a runner.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="fixturesFolder">Where recorded answers are, or null.</param>
    /// <exception cref="RunnerLoadException">There is no such runner, or it cannot be loaded here.</exception>
    /// <remarks>
    /// Two libtorches in one process would share symbols, and end it: the first of torchsharp and libtorch that is made here
    /// is loaded here, the other one runs in a process of its own.
    /// </remarks>
    public static IRunner Create(string name, string? fixturesFolder)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (kind, argument) = colon < 0 ? (name, "") : (name[..colon], name[(colon + 1)..]);
        return kind switch
        {
            "kernel" when colon < 0 => new KernelRunner(),
            "kernel" => new KernelRunner(LevelOf(argument)),
            "oracle" when colon < 0 => new OracleRunner(),
            "torchsharp" or "libtorch" when colon < 0 && !MayLoadHere(kind) => InOwnProcess(name, kind, []),
            "libtorch" when colon < 0 => new NativeRunner(name, Library(kind), LibtorchMessages.Answer),
            "onednn" when colon < 0 => new NativeRunner(name, Library(kind)),
            "torchsharp" when colon < 0 => AssemblyRunners.Load(TorchSharpAssembly),
            "onnxruntime" when colon < 0 => AssemblyRunners.Load(OnnxRuntimeAssembly),
            "onnx" when argument.Length > 0 => AssemblyRunners.LoadModel(OnnxRuntimeAssembly, argument),
            "torchsharp" or "libtorch" or "onednn" => InOwnProcess(name, kind, IsaLevels.EnvironmentOf(kind, argument)),
            "recorded" when colon < 0 => Recorded(fixturesFolder),
            "native" when argument.Length > 0 => new NativeRunner(name, Path.GetFullPath(argument)),
            "assembly" when argument.Length > 0 => AssemblyRunners.LoadFile(argument),
            "exec" when argument.Length > 0 => ExecRunner.OfShell(name, argument),
            _ => throw new RunnerLoadException($"there is no runner '{name}'; there are {Names}"),
        };
    }

    /// <summary>A runner's name up to a level: libtorch for libtorch:avx2, kernel for kernel:512.</summary>
    public static string BaseName(string name) => name.Split(':')[0];

    /// <summary>Whether a runner is a library that others have released, as it is: its known faults may be excused, those of an implementation under test never.</summary>
    public static bool IsReleasedLibrary(string name) => BaseName(name) is "libtorch" or "torchsharp" or "onednn" or "onnxruntime";

    private static bool MayLoadHere(string libtorch) => (Interlocked.CompareExchange(ref _loadedLibtorch, libtorch, null) ?? libtorch) == libtorch;

    private static string Library(string runner) =>
        NativeLibraries.TryFind("parity_" + runner, out var path, out var why) ? path : throw new RunnerLoadException(why);

    /// <summary>A runner by parity serve.</summary>
    /// <param name="name">Its name here, e.g. libtorch:avx2.</param>
    /// <param name="served">Its name there, e.g. libtorch.</param>
    /// <param name="environment">What its libraries read when they are loaded.</param>
    private static ExecRunner InOwnProcess(string name, string served, IReadOnlyList<KeyValuePair<string, string>> environment)
    {
        if (served != "torchsharp")
        {
            Library(served); // says what to do where there is none
        }

        return ParityProgram.Command("serve") is [var program, .. var arguments]
            ? new ExecRunner(name, program, [.. arguments, served], environment)
            : throw new RunnerLoadException($"{name}: runs in a process of its own, by the parity command, which is not beside this program; use the command, or {served} alone");
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
