using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>
/// What came of running one problem: a row of mismatches.csv. fixtures/README.md describes the columns. It is text only in files.
/// </summary>
internal sealed record ResultRow
{
    private readonly CsvLine? _line;
    private FixtureRow? _fixture;

    /// <summary>A result of a problem.</summary>
    /// <param name="fixture">The problem, its numbers where they are few, and the answer that is expected.</param>
    [JsonConstructor]
    public ResultRow(FixtureRow fixture) => (_fixture, Name, ProblemLine) = (fixture, fixture.Name, fixture.ToFields()[1]);

    /// <summary>Reads a line of a file.</summary>
    /// <exception cref="FixtureException">A field cannot be read.</exception>
    internal ResultRow(CsvLine line)
    {
        (_line, Name, ProblemLine) = (line, line["name"], line["problem"]);
        Index = line.Parse("index", text => text.Length == 0 ? 0 : long.Parse(text, CultureInfo.InvariantCulture));
        Verdict = line.Parse("verdict", Words.Parse<Verdict>);
        Kind = line.Parse("kind", Words.Parse<MismatchKind>);
        Side = line.Parse("side", Words.Parse<Side>);
        Check = line.Parse("check", Words.Parse<RepetitionCheck>);
        Fault = line.Parse("fault", Words.Parse<FaultCause>);
        Detail = line["detail"];
        (Reference, Candidate, Rerun) = (line["reference"], line["candidate"], line["rerun"]);
        ReferenceAnswer = line.Parse("reference_outcome", Answer.Parse);
        CandidateAnswer = line.Parse("candidate_outcome", Answer.Parse);
        ActualShape = line.Parse("actual_shape", ParseShape);
        FirstWrong = line.Parse("first_wrong", ParseShape);
        WrongElements = line.Parse("wrong_elements", ParseCount);
        Elements = line.Parse("elements", ParseCount);
        GreatestAbsoluteDifference = line.Parse("greatest_absolute_difference", ParseNumber);
        GreatestRelativeDifference = line.Parse("greatest_relative_difference", ParseNumber);
        CandidateErrorOverBound = line.Parse("candidate_error_over_bound", ParseNumber);
        ReferenceErrorOverBound = line.Parse("reference_error_over_bound", ParseNumber);
        CandidateRms = line.Parse("candidate_rms", ParseNumber);
        ReferenceRms = line.Parse("reference_rms", ParseNumber);
        TorchClose = line["torch_close"] is { Length: > 0 } close ? close == "true" : null;
        PassingAtol = line.Parse("passing_atol", ParseNumber);
        PassingRtol = line.Parse("passing_rtol", ParseNumber);
    }

    /// <summary>All columns: those of <see cref="FixtureFile.Columns"/>, then the result's.</summary>
    public static ImmutableArray<string> Columns { get; } = [.. FixtureFile.Columns, .. FixtureFile.ResultColumns];

    /// <summary>The fixture row's name, or fuzz:INDEX.</summary>
    public string Name { get; init; }

    /// <summary>The problem as one line; where its numbers stand in columns of their own, without them.</summary>
    [JsonIgnore]
    public string ProblemLine { get; }

    /// <summary>The fixture that this is a result of.</summary>
    /// <exception cref="FixtureException">A field cannot be read.</exception>
    public FixtureRow Fixture => _fixture ??= FixtureFile.Row(_line!);

    /// <summary>The problem, without the numbers that stand in columns of their own.</summary>
    [JsonIgnore]
    public Problem Problem => ProblemText.Parse(ProblemLine);

    /// <summary>The case's index; below 0 that of a known divergence's witness.</summary>
    public long Index { get; init; }

    /// <summary>What came of it.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>In what the sides differ.</summary>
    public MismatchKind Kind { get; init; }

    /// <summary>Which side is wrong.</summary>
    public Side Side { get; init; }

    /// <summary>In which way the side was asked again, where it is wrong only then.</summary>
    public RepetitionCheck Check { get; init; }

    /// <summary>Why the side that was asked again failed.</summary>
    public FaultCause Fault { get; init; }

    /// <summary>One sentence for people; empty when passed. Nothing depends on it.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Name and version of the reference.</summary>
    public string Reference { get; init; } = "";

    /// <summary>How the reference answered.</summary>
    public Answer ReferenceAnswer { get; init; }

    /// <summary>Name and version of the candidate.</summary>
    public string Candidate { get; init; } = "";

    /// <summary>How the candidate answered.</summary>
    public Answer CandidateAnswer { get; init; }

    /// <summary>The shape of the candidate's output; null where it did not complete.</summary>
    public ImmutableArray<long>? ActualShape { get; init; }

    /// <summary>The candidate's output as the row holds it; empty where it did not complete.</summary>
    public string Actual { get => _line is null ? field : _line["actual"]; init; } = "";

    /// <summary>The indices of the first wrong output; null where none is.</summary>
    public ImmutableArray<long>? FirstWrong { get; init; }

    /// <summary>Outputs that are wrong; null where no values were compared.</summary>
    public long? WrongElements { get; init; }

    /// <summary>Outputs that were compared; null where none were.</summary>
    public long? Elements { get; init; }

    /// <summary>max |candidate - reference|, over finite outputs.</summary>
    public double? GreatestAbsoluteDifference { get; init; }

    /// <summary>max |candidate - reference| / |reference|, over finite outputs.</summary>
    public double? GreatestRelativeDifference { get; init; }

    /// <summary>max |candidate - exact| / bound.</summary>
    public double? CandidateErrorOverBound { get; init; }

    /// <summary>max |reference - exact| / bound.</summary>
    public double? ReferenceErrorOverBound { get; init; }

    /// <summary>rms of candidate - exact.</summary>
    public double? CandidateRms { get; init; }

    /// <summary>rms of reference - exact.</summary>
    public double? ReferenceRms { get; init; }

    /// <summary>Whether torch.testing.assert_close accepts the candidate.</summary>
    public bool? TorchClose { get; init; }

    /// <summary>The smallest atol with which it would.</summary>
    public double? PassingAtol { get; init; }

    /// <summary>The smallest rtol with which it would.</summary>
    public double? PassingRtol { get; init; }

    /// <summary>The command that runs the problem again.</summary>
    public string Rerun { get; init; } = "";

    /// <summary>The problem with its numbers as it stands in the file: what two runs have in common.</summary>
    [JsonIgnore]
    public string Identity
    {
        get
        {
            var fixture = FixtureFields();
            return string.Join(' ', ((string[])[ProblemLine, fixture[4], fixture[6], fixture[8]]).Where(text => text.Length > 0));
        }
    }

    /// <summary>The output that is expected, and its shape, as they stand in the file.</summary>
    internal (string Shape, string Values) Expected => FixtureFields() is var fields ? (fields[11], fields[12]) : default;

    /// <summary>An element's indices as text, [n,c,o]; empty where there are none.</summary>
    public static string Text(ImmutableArray<long>? shape) => shape is { } sizes ? $"[{string.Join(',', sizes)}]" : "";

    /// <summary>The fields, one for each of <see cref="Columns"/>.</summary>
    public string[] ToFields()
    {
        var fixture = FixtureFields();
        fixture[0] = Name;
        return
        [
            .. fixture,
            Text(Index), Words.Of(Verdict), Words.Of(Kind), Words.Of(Side), Words.Of(Check), Words.Of(Fault), Detail,
            Reference, ReferenceAnswer.ToString(), Candidate, CandidateAnswer.ToString(),
            Text(ActualShape), Actual, Text(FirstWrong), Text(WrongElements), Text(Elements), Text(GreatestAbsoluteDifference),
            Text(GreatestRelativeDifference), Text(CandidateErrorOverBound), Text(ReferenceErrorOverBound), Text(CandidateRms),
            Text(ReferenceRms), TorchClose is { } close ? close ? "true" : "false" : "", Text(PassingAtol), Text(PassingRtol), Rerun,
        ];
    }

    private string[] FixtureFields() => _line is null ? _fixture!.ToFields() : [.. FixtureFile.Columns.Select(column => _line[column])];

    private static string Text(double? value) => value is { } number ? NumberText.Format(number, DType.Float64) : "";

    private static string Text(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static double? ParseNumber(string text) => text.Length == 0 ? null : NumberText.Parse($"[{text}]")[0];

    private static long? ParseCount(string text) => text.Length == 0 ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static ImmutableArray<long>? ParseShape(string text) => text.Length == 0
        ? null
        : [.. text.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
}
