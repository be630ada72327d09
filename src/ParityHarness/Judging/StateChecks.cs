using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Looks for what a side keeps from one call to the next: asks it for tensors that have changed in place, for other problems
/// between two calls for the same one, with operands that are aligned unlike each other, and for the shape alone. The answers to
/// changed tensors and other problems are judged by the oracle; the first problem's must keep its bits.
/// </summary>
/// <param name="status">Where to say what is being done, or null.</param>
/// <param name="judge">Judges an answer to a problem by itself.</param>
internal sealed class StateChecks(StatusCell? status, Func<Problem, TensorSet, Outcome, Judgement> judge) : IDisposable
{
    /// <summary>Problems with more products are not looked at: the oracle computes four more for each.</summary>
    public const long MostMultiplyAdds = 200_000;

    private readonly TensorSet _copy = new();
    private readonly TensorSet _other = new();
    private readonly Outcome _answer = new();

    /// <summary>Whether a problem can be changed as the checks do.</summary>
    public static bool Concern(Problem problem, Outcome first) =>
        first.Kind == OutcomeKind.Completed && first.Output.Count > 0 && problem.IsJudged && !problem.HasOverrides && problem.OutputSize is null
        && ProblemSize.MultiplyAdds(problem) <= MostMultiplyAdds && ProblemSize.Bytes(problem) <= RepetitionChecks.MostBytes;

    /// <summary>Makes all checks of one side, up to the first at which it does otherwise.</summary>
    /// <param name="runner">The side.</param>
    /// <param name="phase">Which side it is.</param>
    /// <param name="problem">What was asked.</param>
    /// <param name="tensors">The numbers.</param>
    /// <param name="first">What it answered: it has completed.</param>
    /// <param name="known">The known divergences of both sides: other problems that they cover are passed over.</param>
    /// <param name="scope">What may be asked of it.</param>
    /// <exception cref="ProblemDataException">There is no memory for copies of the tensors.</exception>
    public Repetition? Find(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first, IReadOnlyList<Divergence> known, Scope scope)
    {
        var side = new Asked(runner, phase, problem, tensors, first, known, scope);
        return ChangeInPlace(side, "input", set => set.Input)
            ?? ChangeInPlace(side, "weight", set => set.Weight)
            ?? ChangeInPlace(side, "grad_output", set => set.GradOutput)
            ?? Between(side, RepetitionCheck.Neighbour, keepsTensors: true)
            ?? Between(side, RepetitionCheck.OtherLength, keepsTensors: false)
            ?? Between(side, RepetitionCheck.OtherDType, keepsTensors: false)
            ?? AskAtUnlikePlaces(side, Placement.OddOffset, Placement.Aligned)
            ?? AskAtUnlikePlaces(side, Placement.Aligned, Placement.OddOffset)
            ?? AskForShape(side);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _copy.Dispose();
        _other.Dispose();
        _answer.Dispose();
    }

    /// <summary>The other problem that a check asks for between two calls; null where there is none.</summary>
    internal static Problem? Other(Problem problem, RepetitionCheck check) => check switch
    {
        RepetitionCheck.Neighbour => Neighbours(problem).FirstOrDefault(IsLegal),
        RepetitionCheck.OtherLength => WithoutValues(problem) with { Length = problem.Length + 1 },
        RepetitionCheck.OtherDType => WithoutValues(problem) with { DType = problem.DType == DType.Float32 ? DType.Float64 : DType.Float32 },
        _ => null,
    };

    /// <summary>
    /// Other arguments for the same tensors that give the same output length: what one pair of them takes the other adds.
    /// </summary>
    internal static IEnumerable<Problem> Neighbours(Problem problem)
    {
        var (padding, taps, gaps) = (problem.Padding, problem.KernelSize - 1, problem.Length - 1);
        foreach (var by in (long[])[1, -1])
        {
            if (taps is 1 or 2)
            {
                yield return problem with { Padding = padding + by, Dilation = problem.Dilation + 2 * by / taps };
            }

            yield return problem with { Padding = padding + by, OutputPadding = problem.OutputPadding + 2 * by };
            if (gaps % 2 == 0)
            {
                yield return problem with { Stride = problem.Stride + by, Padding = padding + by * gaps / 2 };
            }

            if (taps % 2 == 0)
            {
                yield return problem with { Dilation = problem.Dilation + by, Padding = padding + by * taps / 2 };
            }
        }
    }

    private static bool IsLegal(Problem problem) => ProblemRules.Check(problem, out _) is null;

    private static Problem WithoutValues(Problem problem) => problem with { InputValues = null, WeightValues = null, BiasValues = null, GradOutputValues = null };

    /// <summary>Asks twice, and between the calls gives one element in the middle of an operand the other sign.</summary>
    private Repetition? ChangeInPlace(Asked side, string name, Func<TensorSet, Tensor?> operand)
    {
        if (operand(side.Tensors) is not { } original || MiddleOf(original) is not { } middle || (side.Problem.DType == DType.Int64 && side.Problem.Regime != Regime.Integer))
        {
            return null;
        }

        _copy.Copy(side.Tensors, Placement.Aligned);
        _answer.Output.Placement = Placement.Aligned;
        if (Ask(side, RepetitionCheck.ChangedInPlace, side.Problem, _copy) is { } found)
        {
            return found;
        }

        DataFiller.Store(operand(_copy)!, middle, -original.At(middle), name);
        return AskAndJudge(side, RepetitionCheck.ChangedInPlace, side.Problem, _copy, $"(in {name})");
    }

    /// <summary>The value nearest to the middle that a sign changes; null where there is none but the first and the last.</summary>
    private static long? MiddleOf(Tensor tensor)
    {
        var middle = tensor.ValueCount / 2;
        for (var away = 0L; away < middle; away++)
        {
            foreach (var at in (long[])[middle - away, middle + away])
            {
                if (at > 0 && at < tensor.ValueCount - 1 && tensor.At(at) is not 0 and var value && double.IsFinite(value))
                {
                    return at;
                }
            }
        }

        return null;
    }

    /// <summary>Asks for another problem, and then for the first one again.</summary>
    private Repetition? Between(Asked side, RepetitionCheck check, bool keepsTensors)
    {
        if (Other(side.Problem, check) is not { } other || !IsLegal(other) || !side.Scope.Covers(other) || KnownDivergences.Covering(side.Known, other) is not null || ProblemSize.Bytes(other) > RepetitionChecks.MostBytes)
        {
            return null;
        }

        if (!keepsTensors)
        {
            DataFiller.Fill(other, _other);
        }

        _answer.Output.Placement = Placement.Aligned;
        return AskAndJudge(side, check, other, keepsTensors ? side.Tensors : _other, $"({other})") ?? Ask(side, check, side.Problem, side.Tensors);
    }

    private Repetition? AskAtUnlikePlaces(Asked side, Placement ofInput, Placement ofOutput)
    {
        _copy.Copy(side.Tensors, ofOutput);
        _copy.Input.Placement = ofInput;
        _copy.Input.Lay(side.Tensors.Input, side.Tensors.Input.Strides, side.Tensors.Input.Strides);
        _answer.Output.Placement = ofOutput;
        return Ask(side, RepetitionCheck.UnlikePlaces, side.Problem, _copy);
    }

    private Repetition? AskForShape(Asked side)
    {
        if (side.Runner is not NativeRunner native)
        {
            return null;
        }

        status?.Set(side.Phase, RepetitionCheck.ShapeAlone);
        var difference = native.AskForShape(side.Problem, side.Tensors, _answer, side.First.Output);
        status?.Set(Phase.Comparison);
        return difference is null ? null : new Repetition(MismatchKind.Shape, $"{difference} {RepetitionChecks.When(RepetitionCheck.ShapeAlone)}", RepetitionCheck.ShapeAlone);
    }

    private Repetition? Ask(Asked side, RepetitionCheck check, Problem problem, TensorSet tensors)
    {
        status?.Set(side.Phase, check);
        RunnerCall.Ask(side.Runner, problem, tensors, _answer);
        status?.Set(Phase.Comparison);
        return RepetitionChecks.Compare(check, side.First, _answer);
    }

    private Repetition? AskAndJudge(Asked side, RepetitionCheck check, Problem problem, TensorSet tensors, string what)
    {
        status?.Set(side.Phase, check);
        RunnerCall.Ask(side.Runner, problem, tensors, _answer);
        status?.Set(Phase.Comparison);
        return _answer.Kind switch
        {
            OutcomeKind.Faulted => new Repetition(MismatchKind.Fault, $"faulted {RepetitionChecks.When(check)} {what}: {_answer.Message}", check, _answer.Cause),
            OutcomeKind.Completed when judge(problem, tensors, _answer) is { Verdict: Verdict.Failed } judgement =>
                new Repetition(MismatchKind.Repetition, $"is wrong {RepetitionChecks.When(check)} {what}: {judgement.Detail}", check),
            _ => null,
        };
    }

    /// <summary>A side with what it was asked and what it answered.</summary>
    private sealed record Asked(IRunner Runner, Phase Phase, Problem Problem, TensorSet Tensors, Outcome First, IReadOnlyList<Divergence> Known, Scope Scope);
}
