using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>From a validated problem and spans to the code that computes its gradients.</summary>
internal static unsafe class BackwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the gradients that are asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> gradOutput, ReadOnlySpan<T> input, ReadOnlySpan<T> weight,
        Span<T> gradInput, Span<T> gradWeight, Span<T> gradBias, SimdLevel? level, int maxDegreeOfParallelism = 1)
    {
        var chosen = Require(shape, gradOutput, input, weight, gradInput, gradWeight, gradBias, level);
        int threads = ForwardPass<T>.Threads(maxDegreeOfParallelism);
        bool byVectors = GradPlan.TryCreate(shape, out var plan) && chosen != SimdLevel.Scalar;
        fixed (T* gy = gradOutput, x = input, w = weight, gx = gradInput, gw = gradWeight, gb = gradBias)
        {
            if (!gradInput.IsEmpty)
            {
                if (byVectors)
                {
                    BackwardWork<T>.GradInput(plan, chosen, threads, gy, w, gx);
                    MendEnds(shape, plan, gradInput, gy, w, gx);
                }
                else
                {
                    BackwardDefinition<T>.GradInput(shape, gy, w, gx, endsOnly: false);
                }
            }

            if (!gradWeight.IsEmpty)
            {
                if (byVectors)
                {
                    BackwardWork<T>.GradWeight(plan, chosen, threads, gy, x, gw);
                    MendTaps(shape, plan, input, gy, x, gw);
                }
                else
                {
                    BackwardDefinition<T>.GradWeight(shape, gy, x, gw);
                }
            }

            if (!gradBias.IsEmpty)
            {
                if (byVectors)
                {
                    BackwardWork<T>.GradBias(plan, chosen, threads, gy, gb);
                }
                else
                {
                    BackwardDefinition<T>.GradBias(shape, gy, gb);
                }
            }
        }
    }

    // A zero that stands where grad_output ends, times an infinite weight or a NaN, is a NaN that must not be.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MendEnds(in ConvTranspose1dShape shape, in GradPlan plan, Span<T> gradInput, T* gradOutput, T* weight, T* target)
    {
        int head = plan.Head;
        int tail = Math.Max(head, plan.Tail);
        for (int row = 0; row < gradInput.Length && head + (plan.Length - tail) > 0; row += plan.Length)
        {
            var positions = gradInput.Slice(row, plan.Length);
            if (ForwardPass<T>.HasNaN(positions[..head]) || ForwardPass<T>.HasNaN(positions[tail..]))
            {
                BackwardDefinition<T>.GradInput(shape, gradOutput, weight, target, endsOnly: true);
                return;
            }
        }
    }

    // The same of inputs at the ends.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MendTaps(in ConvTranspose1dShape shape, in GradPlan plan, ReadOnlySpan<T> input, T* gradOutput, T* x, T* gradWeight)
    {
        int head = plan.Head;
        int tail = Math.Max(head, plan.Tail);
        for (int channel = 0; channel < shape.InputChannels && head + (plan.Length - tail) > 0; channel++)
        {
            for (long n = 0; n < plan.Batch; n++)
            {
                var positions = input.Slice((int)(((n * shape.InputChannels) + channel) * plan.Length), plan.Length);
                if (!ForwardPass<T>.AreFinite(positions[..head]) || !ForwardPass<T>.AreFinite(positions[tail..]))
                {
                    BackwardDefinition<T>.GradWeight(shape, gradOutput, x, gradWeight, channel, endsOnly: true);
                    break;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
