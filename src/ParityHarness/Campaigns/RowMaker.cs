using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Recorded;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>Makes a row of mismatches.csv of a judgement.</summary>
internal static class RowMaker
{
    /// <summary>Up to so many elements of all tensors stand in the row; above it the seed stands for them.</summary>
    public const int LiteralElements = 256;

    /// <summary>The row of one case.</summary>
    public static ResultRow Make(Case item, long index, Judgement judgement, TensorSet tensors, RunnerInfo reference, Outcome expected, RunnerInfo candidate, Outcome actual, CampaignSettings settings)
    {
        // An answer that is blamed is not one to be recorded as what is expected.
        var recorded = item.Expected is not null
            ? item.Expected with { Problem = WithLiterals(item.Problem, tensors), Form = item.Problem.Form == Form.Module ? RowForm.Module : RowForm.Functional }
            : RecordedRow.Of(item.Name, WithLiterals(item.Problem, tensors), expected, tensors.IsExact, reference.Label);
        if (item.Expected is null && judgement.Side.HasFlag(Side.Reference))
        {
            recorded = recorded with { Outcome = null, Reason = default, OutputShape = null, Expected = null, RecordedBy = "" };
        }

        var row = new ResultRow(recorded with { Name = item.Name, Note = recorded.Note })
        {
            Index = index,
            Verdict = judgement.Verdict,
            Kind = judgement.Kind,
            Side = judgement.Side,
            Check = judgement.Check,
            Fault = judgement.Cause,
            Detail = judgement.Detail,
            Reference = reference.Label,
            ReferenceAnswer = Answer.Of(expected),
            Candidate = candidate.Label,
            CandidateAnswer = Answer.Of(actual),
            Rerun = $"parity run --reference {CommandText.Quote(reference.Name)} --candidate {CommandText.Quote(candidate.Name)}{CommandText.Deciders(settings)} --problem \"{item.Problem}\"",
        };
        if (actual.Kind == OutcomeKind.Completed)
        {
            row = row with { ActualShape = [.. actual.Output.Shape], Actual = ExpectedOutput.Of(actual.Output, tensors.IsExact).ToString() };
        }

        return judgement.Elements > 0 ? WithNumbers(row, judgement, actual) : row;
    }

    private static ResultRow WithNumbers(ResultRow row, Judgement judgement, Outcome actual)
    {
        row = row with
        {
            FirstWrong = judgement.FirstWrong < 0 ? null : [.. Tensor.Indices(judgement.FirstWrong, actual.Output.Shape)],
            WrongElements = judgement.WrongElements,
            Elements = judgement.Elements,
            CandidateErrorOverBound = judgement.CandidateErrorOverBound,
            CandidateRms = judgement.CandidateRms,
        };
        return judgement.TorchClose is { } close
            ? row with
            {
                GreatestAbsoluteDifference = judgement.GreatestAbsoluteDifference,
                GreatestRelativeDifference = judgement.GreatestRelativeDifference,
                ReferenceErrorOverBound = judgement.ReferenceErrorOverBound,
                ReferenceRms = judgement.ReferenceRms,
                TorchClose = close,
                PassingAtol = judgement.PassingAtol,
                PassingRtol = judgement.PassingRtol,
            }
            : row;
    }

    private static Problem WithLiterals(Problem problem, TensorSet tensors)
    {
        var elements = tensors.Input.Count + tensors.Weight.Count + (tensors.Bias?.Count ?? 0) + (tensors.GradOutput?.Count ?? 0);
        return elements > LiteralElements || problem.DType.IsNeverImplemented() || problem.WeightDType is not null || problem.BiasDType is not null
            || (problem.DType == DType.Int64 && problem.Regime != Regime.Integer) // any 64 bits, which the text's doubles do not hold
            ? problem
            : problem with
            {
                InputValues = Values(tensors.Input),
                WeightValues = Values(tensors.Weight),
                BiasValues = tensors.Bias is { } bias ? Values(bias) : null,
                GradOutputValues = tensors.GradOutput is { } gradOutput ? Values(gradOutput) : null,
            };
    }

    private static System.Collections.Immutable.ImmutableArray<double> Values(Tensor tensor)
    {
        var values = new double[tensor.ValueCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.At(i);
        }

        return [.. values];
    }
}
