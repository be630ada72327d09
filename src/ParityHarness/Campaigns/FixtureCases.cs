using ParityHarness.Fixtures;
using ParityHarness.Problems;

namespace ParityHarness.Campaigns;

/// <summary>The rows of fixture files, each in the forms it names, then problem lines.</summary>
internal sealed class FixtureCases : CaseSource
{
    private readonly List<Case> _cases = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Reads all files.</summary>
    /// <exception cref="FixtureException">A file cannot be read.</exception>
    /// <exception cref="FormatException">A problem line cannot be read.</exception>
    public FixtureCases(IEnumerable<string> files, IEnumerable<string> problems)
    {
        foreach (var file in files)
        {
            foreach (var row in FixtureFile.Read(file))
            {
                foreach (var problem in row.Problems)
                {
                    var form = row.Form == RowForm.Both ? "_" + problem.Form.ToString().ToLowerInvariant() : "";
                    _cases.Add(new Case(FreeName(row.Name + form), problem, row.Outcome is null ? null : row));
                }
            }
        }

        foreach (var line in problems)
        {
            _cases.Add(new Case(FreeName($"problem:{_cases.Count}"), ProblemText.Parse(line)));
        }
    }

    /// <inheritdoc/>
    public override long? Count => _cases.Count;

    /// <inheritdoc/>
    public override Case At(long index) => _cases[(int)index];

    /// <summary>Names in mismatches.csv must differ for it to be run again; those of several files, or of both forms, need not.</summary>
    private string FreeName(string name)
    {
        var free = name;
        for (var number = 2; !_names.Add(free); number++)
        {
            free = $"{name}-{number}";
        }

        return free;
    }
}
