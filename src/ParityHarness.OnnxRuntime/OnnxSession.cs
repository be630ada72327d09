using Microsoft.ML.OnnxRuntime;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.OnnxRuntime;

/// <summary>A session of ONNX Runtime on the CPU for a model of one node, or the error that it gives in place of one.</summary>
internal sealed class OnnxSession : IDisposable
{
    private static readonly RunOptions Options = new();
    private readonly InferenceSession? _session;

    /// <summary>Loads the model. What ONNX Runtime has against it is kept, and answered to every call.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="threads">How many compute, 1 or more.</param>
    public OnnxSession(byte[] model, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            _session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException e)
        {
            Error = e.Message;
        }
    }

    /// <summary>Why there is no session; null where there is one.</summary>
    public string? Error { get; }

    /// <summary>Computes; the caller disposes of what it gives back.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the call.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyCollection<string> names, IReadOnlyCollection<OrtValue> values) =>
        _session!.Run(Options, names, values, [NodeModel.Output]);

    /// <summary>Computes into a tensor that is there.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the call.</exception>
    public void Run(IReadOnlyCollection<string> names, IReadOnlyCollection<OrtValue> values, IReadOnlyCollection<OrtValue> output) =>
        _session!.Run(Options, names, values, [NodeModel.Output], output);

    /// <summary>A tensor of the harness as ONNX Runtime's, in the same memory.</summary>
    /// <param name="tensor">A dense tensor.</param>
    /// <param name="shape">Its shape for ONNX, which may have dimensions of 1 more.</param>
    public static unsafe OrtValue ToValue(Tensor tensor, long[] shape) =>
        OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, tensor.DType.ToRuntime(), shape, (nint)tensor.Data, tensor.Count * tensor.DType.Size());

    /// <summary>Copies an answer into the outcome.</summary>
    /// <param name="value">The answer.</param>
    /// <param name="toShape">Makes the shape that PyTorch gives of the one that ONNX gives.</param>
    /// <param name="outcome">Completed; faulted where there is no memory for it.</param>
    public static unsafe void Complete(OrtValue value, Func<long[], long[]> toShape, Outcome outcome)
    {
        var info = value.GetTensorTypeAndShape();
        if (OnnxTypes.FromRuntime(info.ElementDataType) is not { } dtype)
        {
            outcome.Fault($"the output has type {info.ElementDataType}");
            return;
        }

        try
        {
            outcome.Output.Reshape(dtype, toShape(info.Shape));
        }
        catch (ProblemDataException e)
        {
            outcome.Fault(e.Message);
            return;
        }

        var bytes = outcome.Output.Count * dtype.Size();
        if (bytes > 0)
        {
            fixed (byte* from = value.GetTensorMutableRawData())
            {
                Buffer.MemoryCopy(from, outcome.Output.Data, bytes, bytes);
            }
        }

        outcome.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();
}
