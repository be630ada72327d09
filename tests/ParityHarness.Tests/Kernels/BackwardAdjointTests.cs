using FsCheck;
using FsCheck.Fluent;
using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>The gradients belong to the forward pass: by the adjoint identity, and by differences of a loss. Integers, so nothing rounds.</summary>
public class BackwardAdjointTests
{
    [Fact]
    public void A_product_with_the_output_is_that_of_the_gradients_with_their_operands()
        => Prop.ForAll(KernelProblem.Any.ToArbitrary(), problem =>
        {
            var (input, weight, bias) = problem.IntegerData<double>();
            var gradOutput = problem.IntegerGradOutput<double>();
            foreach (var level in SimdLevels.Supported)
            {
                double loss = Dot(gradOutput, problem.Run((input, weight, bias), level));
                var (gradInput, gradWeight, gradBias) = problem.Backward(gradOutput, input, weight, level);

                // The output is linear in the input and in the weight, beside the bias.
                Assert.Equal(loss, Dot(gradInput, input) + Dot(gradBias, bias));
                Assert.Equal(loss, Dot(gradWeight, weight) + Dot(gradBias, bias));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_gradient_is_the_difference_that_a_step_of_its_element_makes()
        => Prop.ForAll(KernelProblem.Any.Where(p => p.Shape.InputElements + p.Shape.WeightElements < 200).ToArbitrary(), problem =>
        {
            var (input, weight, bias) = problem.IntegerData<double>();
            var gradOutput = problem.IntegerGradOutput<double>();
            double Loss() => Dot(gradOutput, problem.Run((input, weight, bias), SimdLevel.Scalar));
            double loss = Loss();
            var (gradInput, gradWeight, gradBias) = problem.Backward(gradOutput, input, weight, level: null);
            foreach (var (operand, gradient) in ((double[], double[])[])[(input, gradInput), (weight, gradWeight), (bias, gradBias)])
            {
                for (int i = 0; i < operand.Length; i++)
                {
                    operand[i]++;
                    Assert.Equal(gradient[i], Loss() - loss);
                    operand[i]--;
                }
            }
        }).QuickCheckThrowOnFailure();

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
