using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>From a validated problem and spans to the code that computes its gradients.</summary>
internal static unsafe class BackwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the gradients that are asked for.</summary>
    public static void Run(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> gradOutput, ReadOnlySpan<T> input, ReadOnlySpan<T> weight,
        Span<T> gradInput, Span<T> gradWeight, Span<T> gradBias, SimdLevel? level, int maxDegreeOfParallelism = 1)
    {
        _ = Require(shape, gradOutput, input, weight, gradInput, gradWeight, gradBias, level);
        _ = ForwardPass<T>.Threads(maxDegreeOfParallelism);
        fixed (T* gy = gradOutput, x = input, w = weight, gx = gradInput, gw = gradWeight, gb = gradBias)
        {
            if (!gradInput.IsEmpty)
            {
                BackwardDefinition<T>.GradInput(shape, gy, w, gx, endsOnly: false);
            }

            if (!gradWeight.IsEmpty)
            {
                BackwardDefinition<T>.GradWeight(shape, gy, x, gw);
            }

            if (!gradBias.IsEmpty)
            {
                BackwardDefinition<T>.GradBias(shape, gy, gb);
            }
        }
    }

    private static SimdLevel Require(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> gradOutput, ReadOnlySpan<T> input, ReadOnlySpan<T> weight,
        Span<T> gradInput, Span<T> gradWeight, Span<T> gradBias, SimdLevel? level)
    {
        RequireElements(shape.OutputElements, gradOutput.Length, nameof(gradOutput), mayBeEmpty: false);
        RequireElements(shape.InputElements, input.Length, nameof(input), mayBeEmpty: gradWeight.IsEmpty);
        RequireElements(shape.WeightElements, weight.Length, nameof(weight), mayBeEmpty: gradInput.IsEmpty);
        RequireElements(shape.InputElements, gradInput.Length, nameof(gradInput), mayBeEmpty: true);
        RequireElements(shape.WeightElements, gradWeight.Length, nameof(gradWeight), mayBeEmpty: true);
        RequireElements(shape.HasBias ? shape.OutputChannels : 0, gradBias.Length, nameof(gradBias), mayBeEmpty: true);
        return SimdLevels.Require(level);
    }

    private static void RequireElements(long expected, int actual, string name, bool mayBeEmpty)
    {
        if (actual == 0 && mayBeEmpty)
        {
            return;
        }

        ForwardPass<T>.RequireIndexable(expected, name);
        ForwardPass<T>.RequireLength(expected, actual, name);
    }
}
