using System.Collections.Immutable;
using System.Globalization;

using ParityHarness.Kernels;
using ParityHarness.Problems;

using ProblemForm = ParityHarness.Problems.Form;

using RejectionReason = ParityHarness.Problems.RejectionReason;

namespace ParityHarness.Fixtures;

/// <summary>Files of problems with their known answers, as CSV; fixtures/README.md describes the format.</summary>
internal static class FixtureFile
{
    /// <summary>The columns, in the order in which they are written. Only name and problem are required when reading.</summary>
    public static ImmutableArray<string> Columns { get; } =
    [
        "name", "problem", "form", "input_shape", "input", "weight_shape", "weight", "bias_shape", "bias",
        "outcome", "reason", "output_shape", "expected", "tolerance", "recorded_by", "note",
    ];

    private static readonly string[] Required = ["name", "problem"];

    /// <summary>The columns that stand after those of a fixture where a row tells what came of running it.</summary>
    internal static readonly ImmutableArray<string> ResultColumns =
    [
        "index", "verdict", "kind", "side", "check", "fault", "detail", "reference", "reference_outcome", "candidate", "candidate_outcome",
        "actual_shape", "actual", "first_wrong", "wrong_elements", "elements", "greatest_absolute_difference",
        "greatest_relative_difference", "candidate_error_over_bound", "reference_error_over_bound", "candidate_rms",
        "reference_rms", "torch_close", "passing_atol", "passing_rtol", "rerun",
    ];

    /// <summary>The columns after those in failures.csv.</summary>
    internal static readonly ImmutableArray<string> FailureColumns = ["count", "found", "tried", "diagnosis", "condition", "among", "others", "kinds"];

    private static ImmutableArray<string> Known => [.. Columns, .. ResultColumns, .. FailureColumns];

    /// <summary>The rows of a file. The columns of results may stand in it and are not looked at.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed: the message names file, line and column.</exception>
    public static ImmutableArray<FixtureRow> Read(string path) => Rows(CsvTable.Read(path, Known, Required));

    /// <summary>Writes a file with all columns, replacing what was there.</summary>
    /// <exception cref="FixtureException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<FixtureRow> rows) =>
        WholeFile.Write(path, CsvTable.Format([Columns, .. rows.Select(row => row.ToFields())]));

    /// <summary>The rows of a text that was read from a file, and its header.</summary>
    internal static (ImmutableArray<FixtureRow> Rows, string[] Columns) Parse(string path, string text)
    {
        var table = CsvTable.Parse(path, new StringReader(text), Known, Required);
        return (Rows(table), table.Columns);
    }

    private static ImmutableArray<FixtureRow> Rows(CsvTable table)
    {
        var lineOfName = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = ImmutableArray.CreateBuilder<FixtureRow>(table.Lines.Count);
        foreach (var line in table.Lines)
        {
            var row = Row(line);
            if (!lineOfName.TryAdd(row.Name, line.Number))
            {
                throw line.Fault("name", $"'{row.Name}' is the name of line {lineOfName[row.Name]} too");
            }

            rows.Add(row);
        }

        return rows.DrainToImmutable();
    }

    /// <summary>The row of a line.</summary>
    /// <exception cref="FixtureException">A field cannot be read.</exception>
    internal static FixtureRow Row(CsvLine line)
    {
        var name = line["name"];
        if (name.Trim().Length == 0)
        {
            throw line.Fault("name", "is empty; a name says what the row varies");
        }

        var problem = line.Parse("problem", ProblemText.Parse);
        var form = Form(line, problem);
        problem = WithLiterals(line, problem);
        var outcome = line["outcome"] switch
        {
            "" => (OutcomeKind?)null,
            "completed" => OutcomeKind.Completed,
            "rejected" => OutcomeKind.Rejected,
            var other => throw line.Fault("outcome", $"'{other}' is not an outcome; it is completed, rejected or empty"),
        };
        var reason = line["reason"] is "" ? RejectionReason.Unspecified : line.Parse("reason", ReasonText.Parse);
        if (reason != RejectionReason.Unspecified && outcome != OutcomeKind.Rejected)
        {
            throw line.Fault("reason", "a reason stands only where the outcome is rejected");
        }

        var shape = Shape(line, "output_shape");
        if (shape is not null && outcome != OutcomeKind.Completed)
        {
            throw line.Fault("output_shape", "an output shape stands only where the outcome is completed");
        }

        return new FixtureRow
        {
            Name = name,
            Problem = problem,
            Form = form,
            Outcome = outcome,
            Reason = reason,
            OutputShape = shape,
            Expected = Expected(line, problem, shape),
            Tolerance = Tolerance(line),
            RecordedBy = line["recorded_by"],
            Note = line["note"],
            Line = line.Number,
        };
    }

    private static RowForm Form(CsvLine line, Problem problem)
    {
        var form = line["form"] switch
        {
            "" => RowForm.AsWritten,
            "functional" => RowForm.Functional,
            "module" => RowForm.Module,
            "both" => RowForm.Both,
            var other => throw line.Fault("form", $"'{other}' is not a form; it is functional, module, both or empty"),
        };
        return problem.Form == ProblemForm.Module && form is RowForm.Functional or RowForm.Both
            ? throw line.Fault("form", $"'{line["form"]}' contradicts the problem, which is for the module")
            : form;
    }

    private static Problem WithLiterals(CsvLine line, Problem problem)
    {
        if (!problem.HasBias && (line["bias"].Length > 0 || line["bias_shape"].Length > 0))
        {
            throw line.Fault(line["bias"].Length > 0 ? "bias" : "bias_shape", "the problem has no bias; add the word bias to it");
        }

        CheckGradOutput(line, problem);
        problem = problem with
        {
            InputValues = Literal(line, "input", problem.InputShape, problem.DType, problem.InputValues),
            WeightValues = Literal(line, "weight", problem.WeightShape, problem.WeightDType ?? problem.DType, problem.WeightValues),
        };
        return problem.HasBias
            ? problem with { BiasValues = Literal(line, "bias", problem.BiasShape, problem.BiasDType ?? problem.DType, problem.BiasValues) }
            : problem;
    }

    private static ImmutableArray<double>? Literal(CsvLine line, string column, ImmutableArray<long> shape, DType dtype, ImmutableArray<double>? inProblem)
    {
        if (Shape(line, column + "_shape") is { } written && !written.SequenceEqual(shape))
        {
            throw line.Fault(column + "_shape", $"[{string.Join(',', written)}] contradicts the problem, whose {column} is [{string.Join(',', shape)}]");
        }

        if (line[column].Length > 0 && inProblem is not null)
        {
            throw line.Fault(column, $"the problem gives {column}= too");
        }

        var values = line[column].Length > 0 ? line.Parse(column, NumberText.Parse) : inProblem;
        var faulty = line[column].Length > 0 ? column : "problem";
        if (values is not { } given)
        {
            return null;
        }

        if (ProblemSize.CountOf(shape.AsSpan()) is var count && given.Length != count * (Int128)dtype.Parts())
        {
            throw line.Fault(faulty, $"{column} holds {given.Length} values, but its shape [{string.Join(',', shape)}] has {count?.ToString(CultureInfo.InvariantCulture) ?? "more than can be"}{(dtype.IsComplex() ? ", of two values each" : "")}");
        }

        foreach (var value in given)
        {
            if (!Holds(dtype, value))
            {
                throw line.Fault(faulty, $"{column} holds {NumberText.Format(value, DType.Float64)}, which {dtype.Name()} cannot hold");
            }
        }

        return given;
    }

    private static void CheckGradOutput(CsvLine line, Problem problem)
    {
        if (problem.GradOutputValues is not { } values || ProblemRules.Check(problem, out var outputLength) is not null)
        {
            return;
        }

        var shape = ProblemRules.GradOutputShape(problem, outputLength);
        if (values.Length != ProblemSize.CountOf(shape) * (Int128)problem.DType.Parts())
        {
            throw line.Fault("problem", $"grad_output holds {values.Length} values, but its shape [{string.Join(',', shape)}] has {ProblemSize.CountOf(shape)}");
        }

        foreach (var value in values)
        {
            if (!Holds(problem.DType, value))
            {
                throw line.Fault("problem", $"grad_output holds {NumberText.Format(value, DType.Float64)}, which {problem.DType.Name()} cannot hold");
            }
        }
    }

    private static bool Holds(DType dtype, double value) => dtype switch
    {
        DType.Float32 or DType.Complex64 => float.IsFinite((float)value) || !double.IsFinite(value),
        DType.BFloat16 => float.IsFinite((float)(BFloat16)value) || !double.IsFinite(value),
        DType.Float16 => Half.IsFinite((Half)value) || !double.IsFinite(value),
        DType.Float64 or DType.Complex128 => true,
        DType.Int64 => Math.Floor(value) == value && Math.Abs(value) <= 1L << 53,
        DType.Int32 => value == (int)value,
        DType.Int16 => value == (short)value,
        DType.Int8 => value == (sbyte)value,
        DType.UInt8 => value == (byte)value,
        _ => value is 0 or 1,
    };

    private static ImmutableArray<long>? Shape(CsvLine line, string column)
    {
        var text = line[column];
        if (text.Length == 0)
        {
            return null;
        }

        if (text.Length < 2 || text[0] != '[' || text[^1] != ']')
        {
            throw line.Fault(column, $"'{text}' is not a shape; write it like [1,1,6]");
        }

        if (text.Length == 2)
        {
            return [];
        }

        var shape = ImmutableArray.CreateBuilder<long>();
        foreach (var size in text[1..^1].Split(','))
        {
            shape.Add(long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw line.Fault(column, $"'{text}' is not a shape; write it like [1,1,6]"));
        }

        return shape.DrainToImmutable();
    }

    private static ExpectedOutput? Expected(CsvLine line, Problem problem, ImmutableArray<long>? shape)
    {
        if (line["expected"].Length == 0)
        {
            return null;
        }

        if (shape is not { } given || ProblemSize.CountOf(given.AsSpan()) is not { } elements)
        {
            throw line.Fault("expected", "an expected output stands only beside outcome 'completed' and its output_shape");
        }

        return line.Parse("expected", text => ExpectedOutput.Parse(text, problem.DType, elements));
    }

    private static Tolerance? Tolerance(CsvLine line)
    {
        if (line["tolerance"].Length == 0)
        {
            return null;
        }

        if (line["expected"].Length == 0 || line["expected"].StartsWith("hash:", StringComparison.Ordinal))
        {
            throw line.Fault("tolerance", "a tolerance stands only beside an expected output that holds values");
        }

        return line.Parse("tolerance", Problems.Tolerance.Parse);
    }
}
