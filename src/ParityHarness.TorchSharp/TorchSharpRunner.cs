using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

using ParityHarness.Data;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Runners;

using TorchSharp;

using Parameter = TorchSharp.Modules.Parameter;
using TorchModule = TorchSharp.Modules.ConvTranspose1d;
using TorchTensor = TorchSharp.torch.Tensor;

namespace ParityHarness.TorchSharp;

/// <summary>
/// PyTorch's ConvTranspose1d through TorchSharp: torch.nn.functional.conv_transpose1d, or torch.nn.ConvTranspose1d where
/// the problem asks for the module. libtorch makes every check; nothing is decided here but what TorchSharp's signatures
/// cannot express. One thread.
/// </summary>
/// <remarks>
/// Arguments whose names differ between TorchSharp's versions (0.99: outputPadding, 0.105: output_padding) are passed by
/// position, so that one source compiles against all of them.
/// </remarks>
public sealed class TorchSharpRunner : IRunner
{
    /// <summary>A span holds at most 2^31 - 1 bytes; larger tensors are copied in pieces of this many elements.</summary>
    private const long PieceLength = 1L << 26;

    /// <summary>forward(input, output_size), which TorchSharp 0.99 does not have.</summary>
    private static readonly Func<TorchModule, TorchTensor, long[], TorchTensor>? ForwardWithOutputSize =
        typeof(TorchModule).GetMethod("forward", [typeof(TorchTensor), typeof(long[])])
            ?.CreateDelegate<Func<TorchModule, TorchTensor, long[], TorchTensor>>();

    private static readonly Version? TorchSharpVersion = typeof(torch).Assembly.GetName().Version;

    /// <summary>Loads libtorch.</summary>
    /// <exception cref="NotSupportedException">The native libraries are not to be had.</exception>
    /// <exception cref="InvalidOperationException">Another libtorch is already in this process.</exception>
    public TorchSharpRunner()
    {
        // Where TorchSharp finds no libtorch it prints its search on stdout, which is for results, before it throws the same.
        var output = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        finally
        {
            Console.SetOut(output);
        }

        torch.set_num_threads(1);
        var libraries = LoadedLibtorch();
        if (libraries.Length > 1)
        {
            throw new InvalidOperationException($"two libtorch are in one process, {string.Join(" and ", libraries)}; reach one of them through exec:");
        }

        var library = libraries.Length == 0 ? "" : $", loaded from {libraries[0]}";
        Details = $"TorchSharp {TorchSharpVersion} for libtorch {torch.__version__}{library}, 1 thread";
    }

    /// <inheritdoc/>
    public string Name => "torchsharp";

    /// <summary>
    /// The libtorch for which TorchSharp was built, from the constant torch.__version__: TorchSharp does not ask the
    /// library. The constant's fourth part counts TorchSharp's packages of one libtorch and is left out.
    /// </summary>
    public string Version => string.Join('.', torch.__version__.Split('.').Take(3));

    /// <inheritdoc/>
    public string Details { get; }

    /// <inheritdoc/>
    public bool TakesStrides => true;

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (Inexpressible(problem) is { } reason)
        {
            outcome.Unsupport(reason);
            return;
        }

        try
        {
            using var scope = torch.NewDisposeScope();
            using var withoutGradient = torch.no_grad();
            var input = ToTorch(tensors.Input);
            var weight = ToTorch(tensors.Weight);
            var bias = tensors.Bias is { } b ? ToTorch(b) : null;
            var result = problem.Form == Form.Module
                ? CallModule(problem, input, weight, bias)
                : CallFunction(problem, input, weight, bias);
            FromTorch(result, outcome);
        }
        catch (ExternalException e)
        {
            LibtorchMessages.Answer(outcome, e.Message, problem.DType);
        }
        catch (ArgumentException e) when (e.Message.Contains("channels to ConvTranspose1d", StringComparison.Ordinal))
        {
            // One text of TorchSharp's module for two rules.
            outcome.Reject(problem.InputShape.Length is 2 or 3 ? RejectionReason.InputChannels : RejectionReason.InputDimensions, e.Message);
        }
        catch (ArgumentException e)
        {
            LibtorchMessages.Answer(outcome, e.Message, problem.DType);
        }
        catch (DivideByZeroException e) when (problem.Form == Form.Module)
        {
            // TorchSharp's managed module divides out_channels by groups unchecked; older ones leave that to native code.
            outcome.Reject(RejectionReason.NonPositiveGroups, $"torch.nn.ConvTranspose1d: {e.Message}");
        }
        catch (ProblemDataException e)
        {
            outcome.Fault(e.Message);
        }
        catch (Exception e)
        {
            outcome.Fault($"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // libtorch cannot be unloaded, and every tensor is released by its own call.
    }

    private static string? Inexpressible(Problem problem)
    {
        if (problem.StrideList is { Length: not 1 } || problem.PaddingList is { Length: not 1 }
            || problem.OutputPaddingList is { Length: not 1 } || problem.DilationList is { Length: not 1 })
        {
            return "TorchSharp takes one value for each of stride, padding, output_padding and dilation, no lists";
        }

        if (problem.Form == Form.Module && problem.OutputSize is not null && ForwardWithOutputSize is null)
        {
            return $"the ConvTranspose1d of TorchSharp {TorchSharpVersion} has no output_size";
        }

        return null;
    }

    private static TorchTensor CallFunction(Problem problem, TorchTensor input, TorchTensor weight, TorchTensor? bias) =>
        torch.nn.functional.conv_transpose1d(
            input,
            weight,
            bias,
            problem.StrideList?[0] ?? problem.Stride,
            problem.PaddingList?[0] ?? problem.Padding,
            problem.OutputPaddingList?[0] ?? problem.OutputPadding,
            problem.DilationList?[0] ?? problem.Dilation,
            problem.Groups);

    private static TorchTensor CallModule(Problem problem, TorchTensor input, TorchTensor weight, TorchTensor? bias)
    {
        using var module = torch.nn.ConvTranspose1d(
            problem.InChannels,
            problem.OutChannels,
            problem.KernelSize,
            problem.StrideList?[0] ?? problem.Stride,
            problem.PaddingList?[0] ?? problem.Padding,
            problem.OutputPaddingList?[0] ?? problem.OutputPadding,
            problem.DilationList?[0] ?? problem.Dilation,
            (PaddingModes)(int)problem.PaddingMode,
            problem.Groups,
            bias: bias is not null);

        // The parameters are replaced, not copied into: so they have the problem's shape and dtype even where the
        // module's own differ, and libtorch judges that.
        module.weight = new Parameter(weight, requires_grad: false);
        if (bias is not null)
        {
            module.bias = new Parameter(bias, requires_grad: false);
        }

        return problem.OutputSize is { } size
            ? ForwardWithOutputSize!(module, input, [.. size])
            : module.call(input);
    }

    private static TorchTensor ToTorch(Tensor tensor)
    {
        // The memory is copied as it is, with what lies between the elements, and seen by the same strides.
        var isDense = tensor.Strides.AsSpan().SequenceEqual(Tensor.DenseStrides(tensor.Shape));
        var result = torch.empty(isDense ? tensor.Shape : new[] { tensor.Extent }, ToScalarType(tensor.DType), torch.CPU);
        CopyMemory(tensor, result);
        return isDense ? result : result.as_strided(tensor.Shape, tensor.Strides);
    }

    private static unsafe void CopyMemory(Tensor tensor, TorchTensor to)
    {
        var size = tensor.DType.Size();
        if (tensor.Extent <= PieceLength)
        {
            new ReadOnlySpan<byte>(tensor.Data, (int)tensor.Extent * size).CopyTo(to.bytes);
            return;
        }

        var flat = to.view(-1);
        for (var start = 0L; start < tensor.Extent; start += PieceLength)
        {
            var length = Math.Min(PieceLength, tensor.Extent - start);
            new ReadOnlySpan<byte>(tensor.Data + start * size, (int)length * size).CopyTo(flat.narrow(0, start, length).bytes);
        }
    }

    private static unsafe void FromTorch(TorchTensor result, Outcome outcome)
    {
        if (ToDType(result.dtype) is not { } dtype)
        {
            outcome.Fault($"the result has dtype {result.dtype}");
            return;
        }

        var dense = result.contiguous();
        var output = outcome.Output;
        output.Reshape(dtype, dense.shape);
        var size = dtype.Size();
        if (output.Count <= PieceLength)
        {
            dense.bytes.CopyTo(new Span<byte>(output.Data, (int)output.Count * size));
        }
        else
        {
            var flat = dense.view(-1);
            for (var start = 0L; start < output.Count; start += PieceLength)
            {
                var length = Math.Min(PieceLength, output.Count - start);
                flat.narrow(0, start, length).bytes.CopyTo(new Span<byte>(output.Data + start * size, (int)length * size));
            }
        }

        outcome.Complete();
    }

    private static torch.ScalarType ToScalarType(DType dtype) => dtype switch
    {
        DType.Float32 => torch.ScalarType.Float32,
        DType.Float64 => torch.ScalarType.Float64,
        DType.Float16 => torch.ScalarType.Float16,
        DType.BFloat16 => torch.ScalarType.BFloat16,
        DType.Int64 => torch.ScalarType.Int64,
        DType.Complex64 => torch.ScalarType.ComplexFloat32,
        DType.Complex128 => torch.ScalarType.ComplexFloat64,
        DType.Int32 => torch.ScalarType.Int32,
        DType.Int16 => torch.ScalarType.Int16,
        DType.Int8 => torch.ScalarType.Int8,
        DType.UInt8 => torch.ScalarType.Byte,
        DType.Bool => torch.ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "unknown dtype"),
    };

    private static DType? ToDType(torch.ScalarType type)
    {
        foreach (var dtype in Enum.GetValues<DType>())
        {
            if (ToScalarType(dtype) == type)
            {
                return dtype;
            }
        }

        return null;
    }

    /// <summary>The files from which libtorch is loaded, as the operating system knows them.</summary>
    private static string[] LoadedLibtorch()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .Select(module => module.FileName)
            .Where(file => Path.GetFileName(file).Contains("torch_cpu", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
    }
}
