using ParityHarness.Problems;
using ParityHarness.Records;

namespace ParityHarness.Campaigns;

/// <summary>The rows of fixture files, each in the forms it names, then problem lines.</summary>
public sealed class FixtureCases : CaseSource
{
    private readonly List<Case> _cases = [];

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
                    _cases.Add(new Case(row.Name, problem, row.Outcome is null ? null : row));
                }
            }
        }

        foreach (var line in problems)
        {
            _cases.Add(new Case($"problem:{_cases.Count}", ProblemText.Parse(line)));
        }
    }

    /// <inheritdoc/>
    public override long? Count => _cases.Count;

    /// <inheritdoc/>
    public override Case At(long index) => _cases[(int)index];
}
