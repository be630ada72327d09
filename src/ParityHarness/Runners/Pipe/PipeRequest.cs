using System.Collections.Immutable;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Pipe;

/// <summary>A problem and its tensors as a request of the pipe protocol, and back.</summary>
internal static class PipeRequest
{
    private const string Forward = "forward";
    private const string Backward = "backward";

    /// <summary>Fills a message with the question what the program is.</summary>
    public static void WriteDescribe(PipeMessage message)
    {
        message.Clear();
        message.Add("parity", [PipeMessage.Version]);
        message.Add("operation", "describe");
    }

    /// <summary>Fills a message with a problem.</summary>
    public static void Write(PipeMessage message, Problem problem, TensorSet tensors)
    {
        message.Clear();
        message.Add("parity", [PipeMessage.Version]);
        message.Add("operation", problem.IsBackward ? Backward : Forward);
        message.Add("form", Word(problem.Form));
        message.Add("input", tensors.Input);
        message.Add("weight", tensors.Weight);
        if (tensors.Bias is { } bias)
        {
            message.Add("bias", bias);
        }

        message.Add("stride", problem.StrideArgument.Values.AsSpan());
        message.Add("padding", problem.PaddingArgument.Values.AsSpan());
        message.Add("output_padding", problem.OutputPaddingArgument.Values.AsSpan());
        message.Add("dilation", problem.DilationArgument.Values.AsSpan());
        message.Add("groups", [problem.Groups]);
        message.Add("in_channels", [problem.InChannels]);
        message.Add("out_channels", [problem.OutChannels]);
        message.Add("padding_mode", Word(problem.PaddingMode));
        if (problem.OutputSize is { } size)
        {
            message.Add("output_size", size.AsSpan());
        }

        if (problem.IsBackward)
        {
            message.Add("gradients", problem.Pass.Name().Replace('+', ' '));
        }

        if (tensors.GradOutput is { } gradOutput)
        {
            message.Add("grad_output", gradOutput);
        }
    }

    /// <summary>Makes a problem's message one that asks to make it ready to be timed.</summary>
    public static void AddPrepare(PipeMessage message, int threads)
    {
        message.Add("stage", "prepare");
        message.Add("threads", [threads]);
    }

    /// <summary>Fills a message that asks to compute again what was prepared.</summary>
    public static void WriteRepeat(PipeMessage message, long repetitions)
    {
        WriteStage(message, "repeat");
        message.Add("repetitions", [repetitions]);
    }

    /// <summary>Fills a message that says that what was prepared is no longer needed.</summary>
    public static void WriteRelease(PipeMessage message) => WriteStage(message, "release");

    /// <summary>Reads a problem and its tensors out of a received message.</summary>
    /// <exception cref="InvalidDataException">The message is no such request.</exception>
    /// <exception cref="ProblemDataException">There is no memory for its tensors.</exception>
    public static Problem Read(PipeMessage message, Stream stream, TensorSet tensors)
    {
        var (dtype, input) = message.TensorLine("input");
        var (weightDType, weight) = message.TensorLine("weight");
        var bias = message["bias"] is null ? default((DType DType, long[] Shape)?) : message.TensorLine("bias");
        var problem = new Problem
        {
            Pass = ReadPass(message),
            Form = Parse<Form>(message, "form"),
            PaddingMode = Parse<PaddingMode>(message, "padding_mode"),
            DType = dtype,
            WeightDType = weightDType == dtype ? null : weightDType,
            Unbatched = input.Length == 2,
            Batch = input.Length == 3 ? input[0] : 1,
            Length = input.Length > 0 ? input[^1] : 1,
            KernelSize = weight.Length > 2 ? weight[2] : 1,
            InChannels = message.Number("in_channels"),
            OutChannels = message.Number("out_channels"),
            Groups = message.Number("groups"),
            HasBias = bias is not null,
            OutputSize = message["output_size"] is null ? null : [.. message.Numbers("output_size")],
        };
        // A module makes its weight and bias by its own arguments: only what differs from those is an override.
        problem = problem with
        {
            InputShapeOverride = Unless(input, problem.InputShape),
            WeightShapeOverride = Unless(weight, problem.WeightShape),
            BiasShapeOverride = bias is { } given ? Unless(given.Shape, problem.BiasShape) : null,
            BiasDType = bias is { } typed && typed.DType != dtype ? typed.DType : null,
        };
        var (stride, padding) = (message.Numbers("stride"), message.Numbers("padding"));
        var (outputPadding, dilation) = (message.Numbers("output_padding"), message.Numbers("dilation"));
        problem = problem with
        {
            Stride = One(stride, 1),
            StrideList = ListOf(stride),
            Padding = One(padding, 0),
            PaddingList = ListOf(padding),
            OutputPadding = One(outputPadding, 0),
            OutputPaddingList = ListOf(outputPadding),
            Dilation = One(dilation, 1),
            DilationList = ListOf(dilation),
        };
        tensors.Input.Reshape(dtype, input);
        message.ReadElements(stream, tensors.Input);
        tensors.Weight.Reshape(weightDType, weight);
        message.ReadElements(stream, tensors.Weight);
        var biasTensor = tensors.WithBias(bias is not null);
        if (bias is { } b)
        {
            biasTensor.Reshape(b.DType, b.Shape);
            message.ReadElements(stream, biasTensor);
        }

        var gradOutput = tensors.WithGradOutput(message["grad_output"] is not null);
        if (tensors.HasGradOutput)
        {
            var (gradDType, gradShape) = message.TensorLine("grad_output");
            gradOutput.Reshape(gradDType, gradShape);
            message.ReadElements(stream, gradOutput);
        }

        message.End();
        return problem;
    }

    private static Pass ReadPass(PipeMessage message)
    {
        switch (message.Text("operation"))
        {
            case Forward:
                return Pass.Forward;
            case Backward:
                try
                {
                    return Passes.Parse(string.Join('+', message.Text("gradients").Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                }
                catch (FormatException e)
                {
                    throw new InvalidDataException($"its line 'gradients': {e.Message}", e);
                }

            default:
                throw new InvalidDataException($"its line 'operation {message.Text("operation")}' should have one of {Forward}, {Backward}");
        }
    }

    private static void WriteStage(PipeMessage message, string stage)
    {
        message.Clear();
        message.Add("parity", [PipeMessage.Version]);
        message.Add("operation", Forward);
        message.Add("stage", stage);
    }

    private static string Word<T>(T value)
        where T : struct, Enum
        => value.ToString().ToLowerInvariant();

    private static T Parse<T>(PipeMessage message, string key)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (message.Text(key) == Word(value))
            {
                return value;
            }
        }

        throw new InvalidDataException($"its line '{key} {message.Text(key)}' should have one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}");
    }

    private static ImmutableArray<long>? Unless(long[] shape, ImmutableArray<long> usual) =>
        usual.AsSpan().SequenceEqual(shape) ? null : [.. shape];

    private static long One(long[] values, long otherwise) => values is [var one] ? one : otherwise;

    private static ImmutableArray<long>? ListOf(long[] values) => values is [_] ? null : [.. values];
}
