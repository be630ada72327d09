using System.Collections.Immutable;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Native;

/// <summary>Writes a problem and its tensors into the struct that a library is called with.</summary>
internal static unsafe class NativeCallFiller
{
    /// <summary>Fills a call of the operation that a problem is, with room for no output yet.</summary>
    public static void Fill(ref NativeCall call, Problem problem, TensorSet tensors)
    {
        call.Version = NativeCall.AbiVersion;
        call.Operation = problem.IsBackward ? NativeCall.Backward : NativeCall.Forward;
        call.Gradients = GradientsOf(problem.Pass);
        call.Form = (int)problem.Form;
        call.PaddingMode = (int)problem.PaddingMode;
        Fill(ref call.Input, tensors.Input);
        Fill(ref call.Weight, tensors.Weight);
        if (tensors.Bias is { } bias)
        {
            Fill(ref call.Bias, bias);
        }
        else
        {
            call.Bias.DType = (int)problem.DType;
            call.Bias.Dims = -1;
        }

        if (tensors.GradOutput is { } gradOutput)
        {
            Fill(ref call.GradOutput, gradOutput);
        }
        else
        {
            call.GradOutput.DType = (int)problem.DType;
            call.GradOutput.Dims = -1;
        }

        Fill(ref call.Stride, problem.StrideArgument.Values);
        Fill(ref call.Padding, problem.PaddingArgument.Values);
        Fill(ref call.OutputPadding, problem.OutputPaddingArgument.Values);
        Fill(ref call.Dilation, problem.DilationArgument.Values);
        if (problem.OutputSize is { } outputSize)
        {
            Fill(ref call.OutputSize, outputSize);
        }

        call.Groups = problem.Groups;
        call.InChannels = problem.InChannels;
        call.OutChannels = problem.OutChannels;
        call.Output.Dims = -1;
    }

    /// <summary>A sum of PARITY_GRAD_INPUT 1, PARITY_GRAD_WEIGHT 2 and PARITY_GRAD_BIAS 4; 0 in the forward pass.</summary>
    public static int GradientsOf(Pass pass) => pass.IsBackward() ? (int)pass / (int)Pass.GradInput : 0;

    private static void Fill(ref NativeTensor to, Tensor tensor)
    {
        to.DType = (int)tensor.DType;
        to.Dims = tensor.Shape.Length;
        for (var i = 0; i < tensor.Shape.Length; i++)
        {
            to.Shape[i] = tensor.Shape[i];
            to.Strides[i] = tensor.Strides[i];
        }

        to.Data = tensor.Data;
    }

    private static void Fill(ref NativeList to, ImmutableArray<long> values)
    {
        to.Count = values.Length;
        for (var i = 0; i < values.Length; i++)
        {
            to.Values[i] = values[i];
        }
    }
}
