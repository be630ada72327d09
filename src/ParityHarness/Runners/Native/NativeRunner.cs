using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Native;

/// <summary>
/// A shared library with the C interface of src/native/parity_runner.h. Nothing it does is trusted: statuses, shapes,
/// the memory around the tensors and the floating-point environment are checked after each call.
/// </summary>
internal sealed unsafe class NativeRunner : IRunner
{
    private const string Symbol = "parity_conv_transpose1d";
    private const string ScopeSymbol = "parity_runner_scope";
    private const int TextBytes = 1024;

    // What a library may ask for where PyTorch's formula gives no shape: more is a wrong answer, not a wish.
    private const long MaxAnsweredCount = 1 << 24;

    private readonly delegate* unmanaged[Cdecl]<NativeCall*, int> _function;
    private readonly Action<Outcome, string, Problem>? _readRejection;
    private readonly bool _changedEnvironmentOnLoad;

    /// <summary>Loads a library and asks it what it is.</summary>
    /// <param name="name">The runner's name, e.g. libtorch.</param>
    /// <param name="path">The library's file.</param>
    /// <param name="readRejection">Fills the outcome from the message of a rejection; null for a library that gives its reasons by number.</param>
    /// <exception cref="RunnerLoadException">The file is no such library, or one for another version of the interface.</exception>
    public NativeRunner(string name, string path, Action<Outcome, string, Problem>? readRejection = null)
    {
        (Name, _readRejection) = (name, readRejection);
        if (!File.Exists(path))
        {
            throw new RunnerLoadException($"{path}: there is no such file; give the path of a shared library that exports {Symbol}");
        }

        var before = FloatingPointEnvironment.Read();
        var handle = Load(Path.GetFullPath(path), path);
        _changedEnvironmentOnLoad = FloatingPointEnvironment.Restore(before);
        if (!NativeLibrary.TryGetExport(handle, Symbol, out var address))
        {
            NativeLibrary.Free(handle);
            throw new RunnerLoadException($"{path}: it does not export {Symbol}; implement src/native/parity_runner.h (in C++ inside extern \"C\") and export it");
        }

        _function = (delegate* unmanaged[Cdecl]<NativeCall*, int>)address;
        (Version, Details, var abilities) = Describe(path);
        TakesStrides = (abilities & NativeCall.TakesStrides) != 0;
        IsConcurrent = (abilities & NativeCall.OneCallAtATime) == 0;
        Scope = NativeLibrary.TryGetExport(handle, ScopeSymbol, out var scope) ? ReadScope((delegate* unmanaged[Cdecl]<byte*>)scope) : "";
        _changedEnvironmentOnLoad |= FloatingPointEnvironment.Restore(before);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public string Details { get; }

    /// <inheritdoc/>
    public string Scope { get; }

    /// <inheritdoc/>
    public bool TakesStrides { get; }

    /// <inheritdoc/>
    public bool IsConcurrent { get; }

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (_changedEnvironmentOnLoad)
        {
            outcome.FaultEnvironment("changed the floating-point environment when it was loaded (built with -ffast-math?)");
            return;
        }

        NativeCall call = default;
        NativeCallFiller.Fill(ref call, problem, tensors);

        var output = outcome.Output;
        var legal = ProblemRules.Check(problem, out var outputLength) is null;
        if (legal)
        {
            if (!TryPrepare(ref call, outcome, call.Weight.DType, ProblemRules.OutputShape(problem, outputLength)))
            {
                return;
            }
        }
        else
        {
            // No shape to prepare for. The library is asked what it thinks of the problem; most reject it.
            output.Reshape((DType)call.Weight.DType, [0]);
        }

        var status = Call(ref call, problem, tensors, outcome);
        if (status is null)
        {
            return;
        }

        if (status == NativeStatus.TooSmall || (status == NativeStatus.Completed && !legal))
        {
            if (NativeAnswer.TryReadShape(call, outcome) is not { } promised)
            {
                return;
            }

            if (ProblemSize.CountOf(promised) is not (<= MaxAnsweredCount and { } count))
            {
                outcome.Fault($"answered the shape {NativeAnswer.Text(promised)}, which PyTorch's formula does not give and is too large to try");
                return;
            }

            var room = output.Count * output.DType.Size();
            if (!TryPrepare(ref call, outcome, call.Output.DType, promised))
            {
                return;
            }

            if (status == NativeStatus.TooSmall && legal && output.Count * output.DType.Size() <= room)
            {
                outcome.Fault($"found {room} bytes too small for {output.DType.Name()} of shape {NativeAnswer.Text(promised)}");
                return;
            }

            if (status == NativeStatus.Completed && count == 0)
            {
                outcome.Complete();
                return;
            }

            status = Call(ref call, problem, tensors, outcome);
            if (status is null)
            {
                return;
            }

            if (status == NativeStatus.TooSmall)
            {
                outcome.Fault($"promised the shape {NativeAnswer.Text(promised)}, then found its {count} elements too small");
                return;
            }

            if (status == NativeStatus.Completed && !NativeAnswer.HasShape(call, promised))
            {
                outcome.Fault($"promised the shape {NativeAnswer.Text(promised)} and answered another");
                return;
            }
        }

        if (status == NativeStatus.Completed && NativeAnswer.TryAccept(call, outcome))
        {
            outcome.Complete();
        }
    }

    /// <summary>Asks for the shape of an output alone, as a caller does who has no room for it yet.</summary>
    /// <param name="problem">A problem that was completed.</param>
    /// <param name="tensors">Its numbers.</param>
    /// <param name="outcome">Filled where the library does otherwise than complete.</param>
    /// <param name="output">The output that it gave.</param>
    /// <returns>What it does otherwise, without a subject; null where it answers the dtype and the shape of the output.</returns>
    internal string? AskForShape(Problem problem, TensorSet tensors, Outcome outcome, Tensor output)
    {
        NativeCall call = default;
        NativeCallFiller.Fill(ref call, problem, tensors);
        if (Call(ref call, problem, tensors, outcome) is null)
        {
            return $"{outcome.Kind.ToString().ToLowerInvariant()} ({outcome.Message})";
        }

        return NativeAnswer.TryReadShape(call, outcome) is not { } shape ? outcome.Message
            : call.Output.DType != (int)output.DType || !shape.AsSpan().SequenceEqual(output.Shape) ? $"answers the shape {NativeAnswer.Text(shape)} in place of {NativeAnswer.Text(output.Shape)}"
            : null;
    }

    /// <inheritdoc/>
    public IPreparedCall? Prepare(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        // A whole call first: it makes room for the output, and all checks are made of it.
        Run(problem, tensors, outcome);
        if (outcome.Kind != OutcomeKind.Completed)
        {
            return null;
        }

        NativeCall call = default;
        NativeCallFiller.Fill(ref call, problem, tensors);
        call.Stage = NativeCall.Prepare;
        call.Threads = threads;
        outcome.Output.Poison();
        call.Output.Data = outcome.Output.Data;
        call.OutputCapacity = outcome.Output.Count * outcome.Output.DType.Size() / ((DType)call.Weight.DType).Size();
        if (Call(ref call, problem, tensors, outcome) is { } status)
        {
            if (status != NativeStatus.Completed || !NativeAnswer.TryAccept(call, outcome))
            {
                outcome.Fault("answered the stage PARITY_PREPARE otherwise than a whole call");
                return null;
            }
        }
        else if (outcome.Kind != OutcomeKind.Unsupported)
        {
            return null;
        }

        if (call.Prepared is null && threads != 1)
        {
            outcome.Unsupport("it has no stage PARITY_PREPARE, and is timed on one thread only");
            return null;
        }

        if (call.Prepared is null && outcome.Kind == OutcomeKind.Unsupported)
        {
            Run(problem, tensors, outcome);
        }

        outcome.Complete();
        return new NativePrepared(_function, call);
    }

    /// <summary>Nothing to release: a library with threads of its own cannot be unloaded safely.</summary>
    public void Dispose()
    {
    }

    private static nint Load(string fullPath, string path)
    {
        try
        {
            return NativeLibrary.Load(fullPath);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new RunnerLoadException($"{path}: it cannot be loaded as a shared library: {LoaderText(e.Message, fullPath)}", e);
        }
    }

    // .NET's text ends with the loader's own words, "FILE: reason", where FILE may also be a library that this one needs.
    private static string LoaderText(string message, string fullPath)
    {
        var line = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1];
        return line.StartsWith(fullPath + ": ", StringComparison.Ordinal) ? line[(fullPath.Length + 2)..] : line;
    }

    /// <summary>Gives the output the shape, poisons it and hands it to the call.</summary>
    private static bool TryPrepare(ref NativeCall call, Outcome outcome, int dtype, long[] shape)
    {
        if (!Enum.IsDefined((DType)dtype))
        {
            outcome.Fault($"answered with the unknown dtype {dtype}");
            return false;
        }

        if (!outcome.TryPrepare((DType)dtype, shape))
        {
            return false;
        }

        call.Output.Data = outcome.Output.Data;
        call.OutputCapacity = outcome.Output.Count * outcome.Output.DType.Size() / ((DType)call.Weight.DType).Size();
        return true;
    }

    /// <summary>
    /// One call. Fills the outcome and returns null unless the library completed or wants more room and kept every rule.
    /// </summary>
    [SkipLocalsInit]
    private NativeStatus? Call(ref NativeCall call, Problem problem, TensorSet tensors, Outcome outcome)
    {
        var text = stackalloc byte[TextBytes];
        text[0] = 0;
        call.Text = text;
        call.TextCapacity = TextBytes;
        var before = FloatingPointEnvironment.Read();
        NativeStatus status;
        fixed (NativeCall* pointer = &call)
        {
            status = (NativeStatus)_function(pointer);
        }

        var changed = FloatingPointEnvironment.Restore(before);
        call.Text = null;
        if (FirstBrokenGuard(tensors, outcome.Output) is { } where)
        {
            outcome.Fault($"wrote outside its {where}");
            return null;
        }

        if (changed)
        {
            outcome.FaultEnvironment("changed the floating-point environment (rounding, flush-to-zero or denormals-are-zero)");
            return null;
        }

        switch (status)
        {
            case NativeStatus.Completed or NativeStatus.TooSmall:
                return status;
            case NativeStatus.Rejected:
                var reason = (RejectionReason)call.Reason;
                if (_readRejection is not null)
                {
                    _readRejection(outcome, ReadText(text), problem);
                }
                else
                {
                    outcome.Reject(Enum.IsDefined(reason) ? reason : RejectionReason.Unspecified, ReadText(text));
                }

                return null;
            case NativeStatus.Unsupported:
                outcome.Unsupport(ReadText(text));
                return null;
            case NativeStatus.Faulted:
                outcome.Fault(ReadText(text));
                return null;
            case NativeStatus.WrongVersion:
                outcome.Fault("accepted this version of the interface when it was loaded and refuses it now");
                return null;
            default:
                outcome.Fault($"returned the unknown status {(int)status}");
                return null;
        }
    }

    private static string? FirstBrokenGuard(TensorSet tensors, Tensor output)
    {
        string? where = null;
        where = Broken(output) ? "output" : where;
        where = Broken(tensors.Input) ? "input" : where;
        where = Broken(tensors.Weight) ? "weight" : where;
        where = tensors.Bias is { } bias && Broken(bias) ? "bias" : where;
        return tensors.GradOutput is { } gradOutput && Broken(gradOutput) ? "grad_output" : where;
    }

    private static bool Broken(Tensor tensor)
    {
        if (tensor.GuardsAreIntact())
        {
            return false;
        }

        tensor.RestoreGuards();
        return true;
    }

    [SkipLocalsInit]
    private (string Version, string Details, int Abilities) Describe(string path)
    {
        var text = stackalloc byte[TextBytes];
        text[0] = 0;
        NativeCall call = default;
        call.Version = NativeCall.AbiVersion;
        call.Operation = NativeCall.Describe;
        call.Input.Dims = call.Weight.Dims = call.Bias.Dims = call.Output.Dims = call.GradOutput.Dims = -1;
        call.Text = text;
        call.TextCapacity = TextBytes;
        var status = (NativeStatus)_function(&call);
        if (status == NativeStatus.WrongVersion)
        {
            throw new RunnerLoadException($"{path}: it was built for version {call.Version} of parity_runner.h and this is version {NativeCall.AbiVersion}; build it again with the present header");
        }

        if (status != NativeStatus.Completed)
        {
            throw new RunnerLoadException($"{path}: asked for its description it returned status {(int)status} '{ReadText(text)}'; PARITY_DESCRIBE must write \"version; facts\" and return PARITY_COMPLETED");
        }

        var parts = ReadText(text).Split(';', 2, StringSplitOptions.TrimEntries);
        if (parts[0].Length == 0)
        {
            throw new RunnerLoadException($"{path}: its description has no version; PARITY_DESCRIBE must write \"version; facts\"");
        }

        return (parts[0], parts.Length > 1 ? parts[1] : "", call.Abilities);
    }

    private static string ReadScope(delegate* unmanaged[Cdecl]<byte*> function)
    {
        var text = function();
        return text is null ? "" : ReadText(text);
    }

    private static string ReadText(byte* text)
    {
        var bytes = new ReadOnlySpan<byte>(text, TextBytes);
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
