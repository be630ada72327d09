using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>A failure as a small program that needs nothing of the harness, for the issue tracker of whoever is wrong.</summary>
/// <param name="Library">PyTorch or TorchSharp.</param>
/// <param name="Code">The program: Python, or C#.</param>
internal sealed record Snippet(string Library, string Code)
{
    /// <summary>A problem of more elements than this is not written out.</summary>
    public const int MostElements = 1024;

    private const int ShownAnswer = 300;

    /// <summary>The programs of a failure; none where its tensors are too large to be written out, or cannot be made.</summary>
    /// <param name="result">The failure's row.</param>
    /// <param name="values">Its outputs where they are known: what is exact stands in the programs then.</param>
    public static IReadOnlyList<Snippet> Of(ResultRow result, FailureValues? values)
    {
        try
        {
            var problem = result.Fixture.Problem;
            var elements = new[] { problem.InputShape, problem.WeightShape, problem.BiasShape, GradOutputShape(problem) }.Sum(shape => (double?)ProblemSize.CountOf(shape.AsSpan()) ?? double.PositiveInfinity);
            if (elements > MostElements)
            {
                return [];
            }

            using var tensors = new TensorSet();
            DataFiller.Fill(problem, tensors);
            var answers = Answers(result, problem, values);
            return
            [
                new Snippet("PyTorch", PyTorchSnippet.Of(problem, tensors, answers)),
                .. TorchSharpSnippet.CanExpress(problem) ? [new Snippet("TorchSharp", TorchSharpSnippet.Of(problem, tensors, answers))] : (Snippet[])[],
            ];
        }
        catch (Exception e) when (e is FixtureException or FormatException or ProblemDataException)
        {
            return [];
        }
    }

    /// <summary>What each side said, for comparison; as comments.</summary>
    private static List<string> Answers(ResultRow result, Problem problem, FailureValues? values)
    {
        var answers = new List<string>();
        if (values is { IsWhole: true })
        {
            answers.Add($"exact: {NumberText.Format([.. values.Outputs.Select(v => v.Exact)], problem.DType)}");
        }

        answers.Add($"{result.Reference}: {Answer(result.ReferenceAnswer, result.Expected.Values)}");
        answers.Add($"{result.Candidate}: {Answer(result.CandidateAnswer, result.Actual)}");
        return answers.ConvertAll(answer => answer.Length <= ShownAnswer ? answer.ReplaceLineEndings(" ") : answer[..ShownAnswer].ReplaceLineEndings(" ") + "...");
    }

    private static System.Collections.Immutable.ImmutableArray<long> GradOutputShape(Problem problem) =>
        problem.IsBackward && ProblemRules.Check(problem, out var length) is null ? [.. ProblemRules.GradOutputShape(problem, length)] : [0];

    private static string Answer(Answer answer, string output) => output.StartsWith('[') ? output : answer.ToString();
}
