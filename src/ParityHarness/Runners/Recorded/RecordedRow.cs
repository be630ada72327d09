using ParityHarness.Fixtures;
using ParityHarness.Problems;

namespace ParityHarness.Runners.Recorded;

/// <summary>Records what a runner answered as the row of a fixture.</summary>
internal static class RecordedRow
{
    /// <summary>A row for a problem and a runner's answer to it.</summary>
    /// <param name="name">The row's name.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="outcome">The answer; one that is neither completed nor rejected leaves the row without an answer.</param>
    /// <param name="exact">Whether no order of summation can round; see <see cref="Tensors.TensorSet.IsExact"/>.</param>
    /// <param name="recordedBy">Who answered, e.g. libtorch 1.13.1.</param>
    /// <param name="note">For people.</param>
    public static FixtureRow Of(string name, Problem problem, Outcome outcome, bool exact, string recordedBy, string note = "")
    {
        var row = new FixtureRow
        {
            Name = name,
            Problem = problem,
            Form = problem.Form == Form.Module ? RowForm.Module : RowForm.Functional,
            Note = note,
        };
        return outcome.Kind switch
        {
            OutcomeKind.Completed => row with
            {
                Outcome = OutcomeKind.Completed,
                OutputShape = [.. outcome.Output.Shape],
                Expected = ExpectedOutput.Of(outcome.Output, exact),
                RecordedBy = recordedBy,
            },
            OutcomeKind.Rejected => row with { Outcome = OutcomeKind.Rejected, Reason = outcome.Reason, RecordedBy = recordedBy },
            _ => row,
        };
    }
}
