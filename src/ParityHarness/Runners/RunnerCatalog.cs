using ParityHarness.Fixtures;
using ParityHarness.Kernels;
using ParityHarness.Runners.Kernel;
using ParityHarness.Runners.Managed;
using ParityHarness.Runners.Native;
using ParityHarness.Runners.Pipe;
using ParityHarness.Runners.Recorded;

namespace ParityHarness.Runners;

/// <summary>All runners: by what name each is chosen, whether it is here, why not, and how it is made. A new one is an entry of <see cref="Kinds"/>.</summary>
internal static class RunnerCatalog
{
    private const string TorchSharpAssembly = "ParityHarness.TorchSharp";
    private const string OnnxRuntimeAssembly = "ParityHarness.OnnxRuntime";

    private static string? _loadedLibtorch;

    /// <summary>The kinds, in the order in which help texts and tables list them.</summary>
    public static IReadOnlyList<RunnerKind> Kinds { get; } =
    [
        new("kernel", "scalar|128|256|512", (_, level, _) => level is null ? new KernelRunner() : new KernelRunner(LevelOf(level))),
        new("torchsharp", "LEVEL", (name, level, _) => Libtorch(name, "torchsharp", level, () => AssemblyRunners.Load(TorchSharpAssembly)))
        {
            Library = "libtorch",
            IsDefaultReference = true,
            WhyNot = () => AssemblyRunners.WhyNot(TorchSharpAssembly),
        },
        new("libtorch", "LEVEL", (name, level, _) => Libtorch(name, "libtorch", level, () => new NativeRunner(name, LibraryFile("libtorch"), LibtorchMessages.Answer)))
        {
            Library = "libtorch",
            IsDefaultReference = true,
            WhyNot = () => WhyNoFile("libtorch"),
        },
        new("onednn", "LEVEL", (name, level, _) => level is null ? new NativeRunner(name, LibraryFile("onednn")) : InOwnProcess(name, "onednn", level))
        {
            Library = "onednn",
            WhyNot = () => WhyNoFile("onednn"),
        },
        new("onnxruntime", null, (_, _, _) => AssemblyRunners.Load(OnnxRuntimeAssembly)) { Library = "onnxruntime", WhyNot = () => AssemblyRunners.WhyNot(OnnxRuntimeAssembly) },
        new("onnx", "MODEL.onnx", (_, model, _) => AssemblyRunners.LoadModel(OnnxRuntimeAssembly, model!)) { StandsAlone = false, WhyNot = () => AssemblyRunners.WhyNot(OnnxRuntimeAssembly) },
        new("oracle", null, (_, _, _) => new OracleRunner()),
        new("recorded", null, (_, _, fixtures) => Recorded(fixtures)),
        new("native", "PATH.so", (name, path, _) => new NativeRunner(name, Path.GetFullPath(path!))) { StandsAlone = false },
        new("assembly", "PATH.dll", (_, path, _) => AssemblyRunners.LoadFile(path!)) { StandsAlone = false },
        new("exec", "COMMAND", (name, command, _) => ExecRunner.OfShell(name, command!)) { StandsAlone = false },
    ];

    /// <summary>The names, for help texts and messages.</summary>
    public static string Names { get; } = string.Join(", ", Kinds.SelectMany(kind => kind.Forms));

    /// <summary>The libraries that others have released, each as a peer in speed.</summary>
    public static IReadOnlyList<string> Released { get; } = [.. Kinds.Where(kind => kind.Library is not null).Select(kind => kind.Name)];

    /// <summary>Makes a runner.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="fixturesFolder">Where recorded answers are, or null.</param>
    /// <exception cref="RunnerLoadException">There is no such runner, or it cannot be loaded here.</exception>
    public static IRunner Create(string name, string? fixturesFolder)
    {
        var argument = name.Contains(':', StringComparison.Ordinal) ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : null;
        return KindOf(name) is { } kind && (argument is null ? kind.StandsAlone : kind.Argument is not null && (kind.StandsAlone || argument.Length > 0))
            ? kind.Make(name, argument, fixturesFolder)
            : throw new RunnerLoadException($"there is no runner '{name}'{Meant(name)}there are {Names}");
    }

    // A file is often given without what stands before its colon.
    private static string Meant(string name) => Kinds.FirstOrDefault(kind => Path.GetExtension(kind.Argument) is { Length: > 0 } extension && name.EndsWith(extension, StringComparison.Ordinal)) is { } ofFile
        ? $"; did you mean '{ofFile.Name}:{name}'? "
        : Problems.Spelling.DidYouMean(name, Kinds.SelectMany(kind => kind.Forms));

    /// <summary>Why a runner is not here, as far as can be told without loading it; null where it is, and for a name that is not one.</summary>
    public static string? WhyNot(string name) => KindOf(name)?.WhyNot();

    /// <summary>A runner's name up to a level: libtorch for libtorch:avx2, kernel for kernel:512.</summary>
    public static string BaseName(string name) => name.Split(':')[0];

    /// <summary>The released library that a runner is, as it is: libtorch for torchsharp too; null for an implementation under test, whose faults are never excused.</summary>
    public static string? LibraryOf(string name) => KindOf(name)?.Library;

    private static RunnerKind? KindOf(string name) => Kinds.FirstOrDefault(kind => kind.Name == BaseName(name));

    /// <summary>
    /// Two libtorches in one process would share symbols, and end it: the first of torchsharp and libtorch that is made here is loaded
    /// here, the other one runs in a process of its own.
    /// </summary>
    private static IRunner Libtorch(string name, string served, string? level, Func<IRunner> load) =>
        level is null && (Interlocked.CompareExchange(ref _loadedLibtorch, served, null) ?? served) == served ? load() : InOwnProcess(name, served, level);

    private static string LibraryFile(string runner) => NativeLibraries.TryFind("parity_" + runner, out var path, out var why) ? path : throw new RunnerLoadException(why);

    private static string? WhyNoFile(string runner) => NativeLibraries.TryFind("parity_" + runner, out _, out var why) ? null : why;

    /// <summary>A runner by parity serve.</summary>
    /// <param name="name">Its name here, e.g. libtorch:avx2.</param>
    /// <param name="served">Its name there, e.g. libtorch.</param>
    /// <param name="level">To which its libraries are held, or null.</param>
    private static ExecRunner InOwnProcess(string name, string served, string? level)
    {
        var environment = level is null ? [] : IsaLevels.EnvironmentOf(served, level);
        if (served != "torchsharp")
        {
            LibraryFile(served); // says what to do where there is none
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
