using Microsoft.ML.OnnxRuntime;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.OnnxRuntime;

/// <summary>
/// ONNX Runtime's ConvTranspose on the CPU, in a model of one node that is made in memory. The functional form has weight and
/// bias as inputs, the module form as constants of the model, as an exported model has them. Every parameter, legal or not,
/// goes to ONNX Runtime as it is; an unbatched input gets a batch of 1, as PyTorch's export does it.
/// </summary>
public sealed class OnnxRuntimeRunner : IRunner
{
    private readonly SessionCache _sessions = new();

    /// <summary>Loads ONNX Runtime.</summary>
    public OnnxRuntimeRunner()
    {
        OnnxEnvironment.Load();
        Version = OnnxEnvironment.Version;
    }

    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public string Details => OnnxEnvironment.Details;

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (Inexpressible(problem, out var outputPadding) is { } reason)
        {
            outcome.Unsupport(reason);
            return;
        }

        var parameters = NodeParameters.Of(problem, outputPadding);
        if (problem.Form == Form.Module)
        {
            using var session = new OnnxSession(NodeModel.Of(parameters, tensors), threads: 1);
            Run(session, problem, tensors, outcome);
            return;
        }

        _sessions.Use(parameters.Key, () => new OnnxSession(NodeModel.Of(parameters, null), threads: 1), session => Run(session, problem, tensors, outcome));
    }

    /// <inheritdoc/>
    IPreparedCall? IRunner.Prepare(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        Run(problem, tensors, outcome);
        if (outcome.Kind != OutcomeKind.Completed)
        {
            return null;
        }

        _ = Inexpressible(problem, out var outputPadding);
        var model = NodeModel.Of(NodeParameters.Of(problem, outputPadding), problem.Form == Form.Module ? tensors : null);
        return new OnnxPrepared(new OnnxSession(model, threads), Names(problem), Values(problem, tensors), OnnxSession.ToValue(outcome.Output, Batched(outcome.Output.Shape)));
    }

    /// <inheritdoc/>
    public void Dispose() => _sessions.Dispose();

    private static void Run(OnnxSession session, Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (session.Error is { } error)
        {
            OnnxMessages.Answer(outcome, error, problem.DType);
            return;
        }

        OrtValue[] values = [];
        try
        {
            values = Values(problem, tensors);
            using var outputs = session.Run(Names(problem), values);
            OnnxSession.Complete(outputs[0], shape => problem.InputShape.Length == 2 && shape is [1, _, _] ? shape[1..] : shape, outcome);
        }
        catch (OnnxRuntimeException e)
        {
            OnnxMessages.Answer(outcome, e.Message, problem.DType);
        }
        finally
        {
            Array.ForEach(values, value => value.Dispose());
        }
    }

    private static string[] Names(Problem problem) => problem.Form == Form.Module ? [NodeModel.Input]
        : problem.HasBias ? [NodeModel.Input, NodeModel.Weight, NodeModel.Bias]
        : [NodeModel.Input, NodeModel.Weight];

    private static OrtValue[] Values(Problem problem, TensorSet tensors)
    {
        List<OrtValue> values = [OnnxSession.ToValue(tensors.Input, Batched(tensors.Input.Shape))];
        if (problem.Form == Form.Functional)
        {
            values.Add(OnnxSession.ToValue(tensors.Weight, tensors.Weight.Shape));
            if (tensors.Bias is { } bias)
            {
                values.Add(OnnxSession.ToValue(bias, bias.Shape));
            }
        }

        return [.. values];
    }

    private static long[] Batched(long[] shape) => shape.Length == 2 ? [1, .. shape] : shape;

    /// <summary>What a ConvTranspose node cannot express, or null; and what the module makes of output_size.</summary>
    private static string? Inexpressible(Problem problem, out long? outputPadding)
    {
        outputPadding = null;
        if (problem.IsBackward)
        {
            return "ONNX Runtime computes no gradients here";
        }

        if (problem.Form == Form.Functional)
        {
            return null;
        }

        if (ProblemRules.Check(problem, out var length) is not null)
        {
            return "a module is exported to ONNX only once PyTorch has accepted its arguments";
        }

        if (problem.OutputSize is not null)
        {
            outputPadding = (long)(length - ProblemRules.OutputLength<Int128>(problem.Length, problem.KernelSize, problem.Stride, problem.Padding, 0, problem.Dilation));
        }

        return null;
    }
}
