using System.Collections.Immutable;
using System.Text.Json.Serialization;

using ParityHarness.Problems;

using ProblemForm = ParityHarness.Problems.Form;

namespace ParityHarness.Fixtures;

/// <summary>One row of a fixture file: a problem, and what is known of its answer. fixtures/README.md describes the columns.</summary>
internal sealed record FixtureRow
{
    /// <summary>The row's name; it says what the row varies.</summary>
    public required string Name { get; init; }

    /// <summary>The problem, literal values included, in the form that its line says.</summary>
    [JsonConverter(typeof(ProblemConverter))]
    public required Problem Problem { get; init; }

    /// <summary>In which forms it is run.</summary>
    public RowForm Form { get; init; }

    /// <summary>Completed or rejected; null where the live reference decides.</summary>
    public OutcomeKind? Outcome { get; init; }

    /// <summary>Why it is rejected, where the row says so.</summary>
    public RejectionReason Reason { get; init; }

    /// <summary>The output's shape, where the row says so.</summary>
    public ImmutableArray<long>? OutputShape { get; init; }

    /// <summary>The output, where the row holds it.</summary>
    public ExpectedOutput? Expected { get; init; }

    /// <summary>How near an answer must be to <see cref="Expected"/>; null: as the run says.</summary>
    public Tolerance? Tolerance { get; init; }

    /// <summary>Who gave the answer, e.g. libtorch 1.13.1.</summary>
    public string RecordedBy { get; init; } = "";

    /// <summary>For people.</summary>
    public string Note { get; init; } = "";

    /// <summary>The line of the file on which the row begins; 0 for a row that was not read.</summary>
    public int Line { get; init; }

    /// <summary>The problems to run, one for each form.</summary>
    [JsonIgnore]
    public ImmutableArray<Problem> Problems => Form switch
    {
        RowForm.Functional => [Problem with { Form = ProblemForm.Functional }],
        RowForm.Module => [Problem with { Form = ProblemForm.Module }],
        RowForm.Both => [Problem with { Form = ProblemForm.Functional }, Problem with { Form = ProblemForm.Module }],
        _ => [Problem],
    };

    /// <summary>The fields of the row, in the order of <see cref="FixtureFile.Columns"/>.</summary>
    public string[] ToFields()
    {
        var line = ProblemText.Format(Problem);
        // The literal values end the line and have columns of their own.
        foreach (var key in (ReadOnlySpan<string>)[" input=", " weight=", " bias="])
        {
            var start = line.IndexOf(key, StringComparison.Ordinal);
            line = start < 0 ? line : line[..start];
        }

        return
        [
            Name,
            line,
            Form == RowForm.AsWritten ? "" : Form.ToString().ToLowerInvariant(),
            Shape(Problem.InputShape),
            Values(Problem.InputValues, Problem.DType),
            Shape(Problem.WeightShape),
            Values(Problem.WeightValues, Problem.WeightDType ?? Problem.DType),
            Problem.HasBias ? Shape(Problem.BiasShape) : "",
            Values(Problem.BiasValues, Problem.BiasDType ?? Problem.DType),
            Outcome?.ToString().ToLowerInvariant() ?? "",
            Reason == RejectionReason.Unspecified ? "" : ReasonText.Format(Reason),
            OutputShape is { } shape ? Shape(shape) : "",
            Expected?.ToString() ?? "",
            Tolerance?.Text ?? "",
            RecordedBy,
            Note,
        ];
    }

    private static string Shape(ImmutableArray<long> shape) => $"[{string.Join(',', shape)}]";

    private static string Values(ImmutableArray<double>? values, DType dtype) =>
        values is { } given ? NumberText.Format(given.AsSpan(), dtype) : "";
}
