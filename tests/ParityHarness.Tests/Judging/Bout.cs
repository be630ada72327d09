using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.Judging;

/// <summary>One problem with two answers, right until a test corrupts them: the reference's by the oracle, the candidate's by the kernel.</summary>
internal sealed class Bout : IDisposable
{
    public Bout(string problem)
    {
        Problem = ProblemText.Parse(problem);
        DataFiller.Fill(Problem, Tensors);
        using var oracle = new OracleRunner();
        using var kernel = new KernelRunner();
        oracle.Run(Problem, Tensors, Reference);
        kernel.Run(Problem, Tensors, Candidate);
    }

    public Problem Problem { get; }

    public TensorSet Tensors { get; } = new();

    public Outcome Reference { get; } = new();

    public Outcome Candidate { get; } = new();

    /// <summary>The oracle over all outputs.</summary>
    public OracleEvaluator Oracle
    {
        get
        {
            var oracle = new OracleEvaluator();
            ProblemRules.Check(Problem, out var length);
            oracle.Evaluate(Problem, Tensors, length, all: true);
            return oracle;
        }
    }

    public Judgement Judge(string tolerance = "bound", bool strict = false, Side known = Side.None, FixtureRow? expected = null) =>
        new Comparer(Tolerance.Parse(tolerance), strict).Compare(Problem, Tensors, Reference, Candidate, known, expected);

    public static void Set(Outcome outcome, long index, double value) => DataFiller.Store(outcome.Output, index, value, "");

    /// <summary>Moves an element by so many units in the last place of float32.</summary>
    public static void Nudge(Outcome outcome, int index, int ulps = 1)
    {
        ref var value = ref outcome.Output.Span<float>()[index];
        for (; ulps > 0; ulps--)
        {
            value = MathF.BitIncrement(value);
        }
    }

    /// <summary>Puts an element away from the exact value by a multiple of its bound.</summary>
    public void MoveByBounds(Outcome outcome, int index, double bounds)
    {
        var oracle = Oracle;
        Set(outcome, index, oracle.Exact[index] + bounds * oracle.Bound[index]);
    }

    /// <summary>Gives an outcome another dtype or shape, filled with ones.</summary>
    public static void Answer(Outcome outcome, DType dtype, params long[] shape)
    {
        outcome.Output.Reshape(dtype, shape);
        for (var i = 0L; i < outcome.Output.Count; i++)
        {
            Set(outcome, i, 1);
        }

        outcome.Complete();
    }

    /// <summary>Makes both sides give the same bits.</summary>
    public void CopyReference()
    {
        for (var i = 0L; i < Candidate.Output.Count; i++)
        {
            Set(Candidate, i, Reference.Output.At(i));
        }
    }

    /// <summary>What a runner gives that rounds input and weight to bfloat16 first, and is exact otherwise.</summary>
    public void AnswerWithBFloat16Inputs(Outcome outcome)
    {
        using var rounded = new TensorSet();
        DataFiller.Fill(Problem, rounded);
        foreach (var tensor in (Tensor[])[rounded.Input, rounded.Weight])
        {
            foreach (ref var value in tensor.Span<float>())
            {
                var bits = BitConverter.SingleToUInt32Bits(value);
                value = BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
            }
        }

        using var oracle = new OracleRunner();
        oracle.Run(Problem, rounded, outcome);
    }

    public void Dispose()
    {
        Tensors.Dispose();
        Reference.Dispose();
        Candidate.Dispose();
    }
}
