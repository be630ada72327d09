using System.Diagnostics.CodeAnalysis;

using ParityHarness.Problems;

namespace ParityHarness.Fixtures;

/// <summary>The answers that fixture files hold, by problem.</summary>
internal sealed class RecordedAnswers
{
    private readonly Dictionary<string, FixtureRow> _rows = new(StringComparer.Ordinal);

    private RecordedAnswers()
    {
    }

    /// <summary>Number of problems with an answer.</summary>
    public int Count => _rows.Count;

    /// <summary>Who gave the answers, each once, in ordinal order.</summary>
    public IReadOnlyList<string> RecordedBy => [.. _rows.Values.Select(row => row.RecordedBy).Where(by => by.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Reads the fixture files of a folder: those whose names begin with golden first, golden-2.10.csv before golden.csv, then the
    /// others by name; divergences.csv is none. Where two hold the same problem, the first counts.
    /// </summary>
    /// <exception cref="FixtureException">
    /// A file is malformed, or one runner and version is said to have given two answers to a problem.
    /// </exception>
    public static RecordedAnswers Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FixtureException(folder, "there is no such folder");
        }

        var answers = new RecordedAnswers();
        var files = Directory.GetFiles(folder, "*.csv").Where(file => Path.GetFileName(file) != "divergences.csv");
        foreach (var file in files.OrderBy(file => !Path.GetFileName(file).StartsWith("golden", StringComparison.Ordinal)).ThenBy(Path.GetFileName, StringComparer.Ordinal))
        {
            foreach (var row in FixtureFile.Read(file))
            {
                answers.Add(file, row);
            }
        }

        return answers;
    }

    /// <summary>The row that answers a problem: the same canonical line, literal values included.</summary>
    public bool TryGet(Problems.Problem problem, [NotNullWhen(true)] out FixtureRow? row) => _rows.TryGetValue(problem.ToString(), out row);

    private void Add(string file, FixtureRow row)
    {
        if (row.Outcome is null)
        {
            return;
        }

        foreach (var problem in row.Problems)
        {
            var key = problem.ToString();
            if (!_rows.TryAdd(key, row) && _rows[key] is var first && first.RecordedBy == row.RecordedBy && Answer(first) != Answer(row))
            {
                throw new FixtureException(file, row.Line, "outcome", $"'{row.Name}' and '{first.Name}' are the same problem with different answers");
            }
        }
    }

    private static string Answer(FixtureRow row) =>
        $"{row.Outcome} {row.Reason} {string.Join(',', row.OutputShape ?? [])} {row.Expected}";
}
