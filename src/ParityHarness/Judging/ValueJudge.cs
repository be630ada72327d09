using System.Diagnostics;

using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>
/// Judges the values of answers of the right dtype and shape: evaluates the oracle, measures each side's distance from it,
/// and asks the judges of values in turn.
/// </summary>
internal sealed class ValueJudge(Tolerance tolerance)
{
    private readonly OracleEvaluator _oracle = new();
    private readonly SuspectSearch _suspects = new(tolerance);
    private double[] _candidate = [];
    private double[] _reference = [];

    /// <summary>Time spent in the oracle so far, in ticks of Stopwatch.</summary>
    public long OracleTicks { get; private set; }

    /// <summary>Judges the candidate's values, and the reference's where it has any.</summary>
    /// <param name="asked">The case.</param>
    /// <param name="numbers">Takes the distances that are measured on the way.</param>
    public Finding? Judge(Case asked, Judgement numbers) =>
        Judge(asked, asked.Candidate, asked.Reference.Kind == OutcomeKind.Completed ? asked.Reference : null, numbers);

    /// <summary>Judges one side by the oracle alone; what is found blames the candidate, whichever side it is.</summary>
    public Finding? JudgeAlone(Case asked, Outcome answer, Judgement numbers) => Judge(asked, answer, null, numbers);

    private Finding? Judge(Case asked, Outcome candidate, Outcome? reference, Judgement numbers)
    {
        if (candidate.Kind != OutcomeKind.Completed || candidate.Output.Count == 0)
        {
            return null;
        }

        var problem = asked.Problem;
        if (!problem.IsJudged)
        {
            return Finding.Unsupported(Side.Both, $"{(problem.IsBackward ? "gradients" : "values")} of {problem.DType.Name()} are not judged");
        }

        var start = Stopwatch.GetTimestamp();
        _oracle.Evaluate(problem, asked.Tensors, asked.OutputLength);
        OracleTicks += Stopwatch.GetTimestamp() - start;
        if (!_oracle.IsExhaustive && reference is not null)
        {
            var suspects = _suspects.Find(_oracle, reference.Output, candidate.Output);
            start = Stopwatch.GetTimestamp();
            _oracle.EvaluateAlso(suspects);
            OracleTicks += Stopwatch.GetTimestamp() - start;
        }

        if (problem.DType == DType.Int64)
        {
            return WholeJudge.Judge(_oracle, asked, candidate.Output, reference?.Output, numbers);
        }

        var actual = EvaluatedValues.Gather(_oracle, candidate.Output, ref _candidate);
        var expected = reference is null ? default : EvaluatedValues.Gather(_oracle, reference.Output, ref _reference);
        var measure = Measure.Of(_oracle, problem, asked.Tensors, actual, expected);
        measure.Report(numbers, reference is not null);
        (numbers.Elements, numbers.RoundedProducts) = (_oracle.Count, _oracle.IsExact ? 0 : measure.Products);
        var finding = !tolerance.IsBound && reference is not null
            ? ToleranceJudge.Judge(tolerance, _oracle, problem, measure, actual, expected)
            : BoundJudge.Judge(_oracle, asked, measure, actual, expected)
                ?? AccuracyJudge.Judge(_oracle, problem, measure, actual, expected, numbers);
        if (reference is not null && (finding is not null || numbers.TorchClose == false))
        {
            (numbers.PassingRtol, numbers.PassingAtol) = ToleranceJudge.PassingTolerances(problem, actual, expected);
        }

        return finding ?? MistrustJudge.Judge(_oracle, measure.NonZero, measure.Judged);
    }
}
