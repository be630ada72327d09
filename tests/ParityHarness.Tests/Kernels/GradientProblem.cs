using System.Numerics;
using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>What the tests do with a problem's gradients.</summary>
internal static class GradientProblem
{
    private const int Guard = 64;

    public static T[] GradOutput<T>(this KernelProblem problem, Func<Random, T> value)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, (int)problem.Shape.OutputElements).Select(_ => value(random))];
    }

    public static T[] RoundingGradOutput<T>(this KernelProblem problem)
        where T : IFloatingPointIeee754<T>
        => problem.GradOutput(random => T.CreateChecked(random.NextDouble() - 0.5));

    public static T[] IntegerGradOutput<T>(this KernelProblem problem)
        where T : IFloatingPointIeee754<T>
        => problem.GradOutput(random => T.CreateChecked(random.Next(-8, 9)));

    /// <summary>All gradients, computed into NaN-filled spans whose surroundings must not be touched.</summary>
    public static (T[] Input, T[] Weight, T[] Bias) Backward<T>(
        this KernelProblem problem, T[] gradOutput, T[] input, T[] weight, SimdLevel? level, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = problem.Shape;
        T[] gradInput = Guarded<T>(shape.InputElements), gradWeight = Guarded<T>(shape.WeightElements), gradBias = Guarded<T>(shape.HasBias ? shape.OutputChannels : 0);
        BackwardPass<T>.Run(shape, gradOutput, input, weight, Inner(gradInput), Inner(gradWeight), Inner(gradBias), level, threads);
        return (Checked(gradInput), Checked(gradWeight), Checked(gradBias));
    }

    /// <summary>Every level, on one thread and on two, gives the same bits as the scalar definition.</summary>
    public static void AssertGradientsAgree<T>(this KernelProblem problem, T[] gradOutput, T[] input, T[] weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var expected = problem.Backward(gradOutput, input, weight, SimdLevel.Scalar);
        foreach (var level in SimdLevels.Supported)
        {
            foreach (int threads in (int[])[1, 2])
            {
                var actual = problem.Backward(gradOutput, input, weight, level, threads);
                KernelProblem.AssertSameBits(expected.Input, actual.Input, $"grad_input, {level}, {threads} threads: {problem}");
                KernelProblem.AssertSameBits(expected.Weight, actual.Weight, $"grad_weight, {level}, {threads} threads: {problem}");
                KernelProblem.AssertSameBits(expected.Bias, actual.Bias, $"grad_bias, {level}, {threads} threads: {problem}");
            }
        }
    }

    private static T[] Guarded<T>(long count)
        where T : IFloatingPointIeee754<T>
    {
        var guarded = new T[count + (2 * Guard)];
        Array.Fill(guarded, T.NaN);
        return guarded;
    }

    private static Span<T> Inner<T>(T[] guarded) => guarded.AsSpan(Guard, guarded.Length - (2 * Guard));

    private static T[] Checked<T>(T[] guarded)
        where T : IFloatingPointIeee754<T>
    {
        Assert.All(guarded[..Guard].Concat(guarded[^Guard..]), value => Assert.True(T.IsNaN(value), "written outside of the gradient"));
        return guarded[Guard..^Guard];
    }
}
