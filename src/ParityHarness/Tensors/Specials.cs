using ParityHarness.Generation;
using ParityHarness.Problems;

namespace ParityHarness.Tensors;

/// <summary>
/// Puts special values into random tensors. One problem has one flavour, so that most outputs stay judgeable:
/// NaN or infinities (one or two, in one tensor; with zeros opposite where bit 32 of the seed is set), signed zeros (about one element in eight), products that are
/// denormal, inputs (weights where bit 33 of the seed is set) that are denormal, or products near overflow. Of gradients grad_output stands beside input and weight, and
/// in place of the bias.
/// </summary>
internal static class Specials
{
    private const int Flavours = 6;

    /// <summary>Changes the elements of one tensor.</summary>
    public static void Insert(Problem problem, Operand operand, Tensor tensor, ulong stream)
    {
        // Exponents by which products become denormal, by which they come near overflow, and by which inputs become denormal.
        var (small, large, denormal) = tensor.DType switch
        {
            DType.Float16 => (-9, 7, -20),
            DType.BFloat16 => (-70, 62, -130),
            DType.Float32 or DType.Complex64 => (-70, 62, -140),
            _ => (-535, 510, -1066),
        };
        switch ((int)(CounterRandom.At(problem.DataSeed, 79) % Flavours))
        {
            case 0 when operand == Chosen(problem):
                Put(tensor, stream, 2, double.NaN, double.NaN);
                break;
            case 1 when operand == Chosen(problem):
                Put(tensor, stream, 2, double.PositiveInfinity, double.NegativeInfinity);
                break;
            case 0 or 1 when IsOpposite(problem, operand) && tensor.Count >= 4:
                // A zero is no reason to leave a product out: NaN and infinity make NaN of it.
                Put(tensor, stream, Math.Max(1, tensor.Count / 2), 0.0, -0.0);
                break;
            case 2 when tensor.Count >= 8: // a zero among very few elements would leave nothing to compare
                Put(tensor, stream, Math.Max(1, tensor.Count / 8), 0.0, -0.0);
                break;
            case 3:
                // Products fall into and below the denormals, and the bias beside them.
                Scale(tensor, (operand == Operand.Bias ? 2 : 1) * small);
                break;
            case 4:
                // Sums of products come near the largest finite value: half the terms' bits are left to each factor.
                Scale(tensor, large - (System.Numerics.BitOperations.Log2((ulong)Terms(problem)) + 1) / 2);
                break;
            case 5 when IsDenormal(problem, operand):
                Scale(tensor, denormal);
                break;
        }
    }

    /// <summary>The tensor that holds NaN or infinity: seldom the bias, where one value fills a channel.</summary>
    private static Operand Chosen(Problem problem) => (CounterRandom.At(problem.DataSeed, 80) % 8) switch
    {
        var draw when problem.IsBackward => draw < 4 ? Operand.GradOutput : problem.Pass switch
        {
            Pass.GradInput => Operand.Weight,
            Pass.GradWeight => Operand.Input,
            Pass.GradBias => Operand.GradOutput,
            _ => draw % 2 == 0 ? Operand.Input : Operand.Weight,
        },
        < 4 => Operand.Input,
        < 7 => Operand.Weight,
        _ => problem.HasBias ? Operand.Bias : Operand.Input,
    };

    /// <summary>
    /// Input and bias; of gradients grad_output. Where bit 33 of the seed is set, weight and bias, and what grad_output is multiplied
    /// by: without it a seed means what it meant when answers to it were recorded.
    /// </summary>
    private static bool IsDenormal(Problem problem, Operand operand) => ((problem.DataSeed & SeedBits.DenormalWeights) != 0, problem.IsBackward) switch
    {
        (false, false) => operand != Operand.Weight,
        (false, true) => operand == Operand.GradOutput,
        (true, false) => operand != Operand.Input,
        (true, true) => problem.Pass == Pass.GradBias ? operand == Operand.GradOutput : operand is Operand.Input or Operand.Weight,
    };

    /// <summary>
    /// Whether a tensor holds zeros opposite to <see cref="Chosen"/>: only where bit 32 of the seed is set, so that
    /// other seeds mean what they meant when answers to them were recorded.
    /// </summary>
    private static bool IsOpposite(Problem problem, Operand operand) => (problem.DataSeed & SeedBits.ZerosOpposite) != 0 && (Chosen(problem), operand) switch
    {
        (Operand.GradOutput, Operand.Input or Operand.Weight) or (Operand.Input or Operand.Weight, Operand.GradOutput) => true,
        (Operand.Input, Operand.Weight) or (Operand.Weight, Operand.Input) => !problem.IsBackward,
        _ => false,
    };

    private static long Terms(Problem problem) => problem.IsBackward
        ? Math.Max(
            problem.Pass.HasFlag(Pass.GradInput) ? TermCounts.OfGradient(problem, Pass.GradInput) : 1,
            problem.Pass.HasFlag(Pass.GradWeight) ? TermCounts.OfGradient(problem, Pass.GradWeight) : 1)
        : TermCounts.OfOutput(problem);

    private static void Put(Tensor tensor, ulong stream, long times, double first, double second)
    {
        for (var j = 0L; j < times && tensor.ValueCount > 0; j++)
        {
            var bits = CounterRandom.At(~stream, (ulong)j);
            DataFiller.Store(tensor, (long)(bits % (ulong)tensor.ValueCount), (bits >> 62) % 2 == 0 ? first : second, "");
        }
    }

    private static void Scale(Tensor tensor, int exponent)
    {
        for (var i = 0L; i < tensor.ValueCount; i++)
        {
            DataFiller.Store(tensor, i, Math.ScaleB(tensor.At(i), exponent), "");
        }
    }
}
