using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>Says what a side does that faults, or answers otherwise when it is asked again.</summary>
internal sealed class FaultDiagnosis(Experiments experiments, Func<Problem, ResultRow?> runWithChecks)
{
    /// <summary>So many calls from one thread must have been right before several threads are blamed: more than the check makes.</summary>
    private const int CallsFromOneThread = 300;
    private const int Rounds = 6;

    /// <summary>One sentence, or an empty one where nothing is sure.</summary>
    public string Describe(Problem problem, ResultRow row)
    {
        var fault = row.Fault == FaultCause.None ? row.CandidateAnswer.Fault : row.Fault;
        return fault switch
        {
            FaultCause.BeyondEnd => "it reads or writes beyond the end of a tensor",
            FaultCause.BeforeStart => "it reads or writes before the start of a tensor",
            FaultCause.ModifiedInput => "it modifies its input",
            FaultCause.ModifiedWeight => "it modifies its weight",
            FaultCause.ModifiedBias => "it modifies its bias",
            FaultCause.ModifiedGradOutput => "it modifies its grad_output",
            _ => OfCheck(problem, row) ?? OfEnd(fault),
        };
    }

    private string? OfCheck(Problem problem, ResultRow row) => row.Check switch
    {
        RepetitionCheck.Threads => OfThreads(problem),
        RepetitionCheck.OddOffset => IsSteady(problem, row) ? "the result depends on how the tensors are aligned" : OfEarlierCalls,
        RepetitionCheck.Again => OfEarlierCalls,
        RepetitionCheck.Strided or RepetitionCheck.Expanded => IsSteady(problem, row) ? OfStrides(problem) : OfEarlierCalls,
        _ => null,
    };

    private const string OfEarlierCalls = "the result depends on earlier calls: it keeps state between them";

    private static string OfEnd(FaultCause fault) => fault switch
    {
        FaultCause.Timeout => "it does not return",
        FaultCause.InvalidAccess => "it reads or writes memory that it may not",
        FaultCause.Abort => "it aborts its process",
        FaultCause.DivisionByZero => "it divides an integer by zero",
        FaultCause.IllegalInstruction => "it uses an instruction that this processor does not have",
        FaultCause.Exit => "it ends its process",
        FaultCause.Exception => "it throws an exception",
        _ => "",
    };

    /// <summary>Whether it fails in this check each time, and in no other.</summary>
    private bool IsSteady(Problem problem, ResultRow row) =>
        Enumerable.Range(0, Rounds).All(_ => runWithChecks(problem) is { } again && again.Check == row.Check && again.Kind == row.Kind);

    private string OfThreads(Problem problem)
    {
        for (var round = 0; round < Rounds; round++)
        {
            if (runWithChecks(problem) is { Verdict: Verdict.Failed } again && again.Check != RepetitionCheck.Threads)
            {
                return OfEarlierCalls;
            }
        }

        return experiments.AllRight(problem, CallsFromOneThread)
            ? "calls at the same time disturb each other: it is not safe to call from several threads"
            : OfEarlierCalls;
    }

    /// <summary>
    /// Whose strides: of an operand with one element, or of a batch of one with one channel, they do not matter, so that another alone is strided.
    /// </summary>
    private string OfStrides(Problem problem)
    {
        var plain = Experiments.Plain(problem) with { Groups = 1, Padding = 0, OutputPadding = 0, Stride = 1, Dilation = 1, Unbatched = false, Batch = 1, DataSeed = 5, Regime = Regime.Integer, InChannels = 1, OutChannels = 1, Length = 4, KernelSize = 1 };
        (string Operand, RepetitionCheck Check, Problem Alone)[] operands = problem.Pass switch
        {
            Pass.Forward => [("input", RepetitionCheck.Expanded, plain with { Batch = 2 }), ("weight", RepetitionCheck.Strided, plain with { OutChannels = 3, KernelSize = 3 })],
            Pass.GradInput => [("grad_output", RepetitionCheck.Expanded, plain with { Batch = 2 }), ("weight", RepetitionCheck.Strided, plain with { InChannels = 3, KernelSize = 3 })],
            Pass.GradWeight => [("input", RepetitionCheck.Strided, plain with { InChannels = 3 }), ("grad_output", RepetitionCheck.Strided, plain with { OutChannels = 3 })],
            _ => [],
        };
        var ignored = operands.Where(o => runWithChecks(o.Alone) is { Verdict: Verdict.Failed } row && row.Check == o.Check).Select(o => o.Operand).ToArray();
        return ignored.Length > 0 ? $"the strides of {string.Join(" and ", ignored)} are not honoured" : "strides are not honoured";
    }
}
