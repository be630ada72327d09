using System.Globalization;

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
            ["index"] = Text(index),
            ["verdict"] = Words(judgement.Verdict.ToString()),
            ["kind"] = judgement.Kind == MismatchKind.None ? "" : judgement.Kind.ToString().ToLowerInvariant(),
            ["side"] = judgement.Side == Side.None ? "" : judgement.Side.ToString().ToLowerInvariant(),
            ["detail"] = judgement.Detail,
            ["reference"] = reference.Label,
            ["reference_outcome"] = Describe(expected),
            ["candidate"] = candidate.Label,
            ["candidate_outcome"] = Describe(actual),
            ["rerun"] = $"parity run --reference {CommandText.Quote(reference.Name)} --candidate {CommandText.Quote(candidate.Name)}{CommandText.Deciders(settings)} --problem \"{item.Problem}\"",
        };
        if (actual.Kind == OutcomeKind.Completed)
        {
            row["actual_shape"] = $"[{string.Join(',', actual.Output.Shape)}]";
            row["actual"] = ExpectedOutput.Of(actual.Output, tensors.IsExact).ToString();
        }

        if (judgement.Elements > 0)
        {
            FillNumbers(row, judgement, actual);
        }

        return row;
    }

    private static void FillNumbers(ResultRow row, Judgement judgement, Outcome actual)
    {
        row["first_wrong"] = judgement.FirstWrong < 0 ? "" : Tensor.Position(judgement.FirstWrong, actual.Output.Shape);
        row["wrong_elements"] = Text(judgement.WrongElements);
        row["elements"] = Text(judgement.Elements);
        row["candidate_error_over_bound"] = Text(judgement.CandidateErrorOverBound);
        row["candidate_rms"] = Text(judgement.CandidateRms);
        if (judgement.TorchClose is { } close)
        {
            row["greatest_absolute_difference"] = Text(judgement.GreatestAbsoluteDifference);
            row["greatest_relative_difference"] = Text(judgement.GreatestRelativeDifference);
            row["reference_error_over_bound"] = Text(judgement.ReferenceErrorOverBound);
            row["reference_rms"] = Text(judgement.ReferenceRms);
            row["torch_close"] = close ? "true" : "false";
            row["passing_atol"] = judgement.PassingAtol is { } atol ? Text(atol) : "";
            row["passing_rtol"] = judgement.PassingRtol is { } rtol ? Text(rtol) : "";
        }
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

    private static string Describe(Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Completed => "completed",
        OutcomeKind.Rejected => $"rejected ({ReasonText.Format(outcome.Reason)}): {outcome.Message}",
        OutcomeKind.Unsupported => $"unsupported: {outcome.Message}",
        _ => $"faulted: {outcome.Message}",
    };

    private static string Words(string name) => name == nameof(Verdict.KnownDivergence) ? "known divergence" : name.ToLowerInvariant();

    private static string Text(double value) => NumberText.Format(value, DType.Float64);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
