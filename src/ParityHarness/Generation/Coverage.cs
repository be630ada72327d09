using System.Globalization;

using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// Counts which of the possible combinations of a <see cref="CoveringGrid"/> have been run. They are counted on the
/// parameters that the problems really have.
/// </summary>
internal sealed class Coverage(CoveringGrid grid)
{
    private readonly bool[] _seen = new bool[grid.Combinations.Count];

    /// <summary>Combinations that some legal problem has.</summary>
    public int Possible { get; } = grid.IsPossible.Count(possible => possible);

    /// <summary>Those of them that were run.</summary>
    public int Covered
    {
        get
        {
            var covered = 0;
            for (var i = 0; i < _seen.Length; i++)
            {
                covered += _seen[i] && grid.IsPossible[i] ? 1 : 0;
            }

            return covered;
        }
    }

    /// <summary>Adds the rows of the grid among the problems [<paramref name="start"/>, <paramref name="end"/>) of a generator.</summary>
    public void AddRange(Generator generator, long start, long end)
    {
        for (var index = Math.Max(0, start); index < Math.Min(end, generator.GridEnd); index++)
        {
            if (generator.RowAt(index) is { } row)
            {
                Add(grid.At(row, dataSeed: 0));
            }
        }
    }

    /// <summary>Adds any problem; an illegal one, or one with overridden shapes, covers nothing.</summary>
    public void Add(Problem problem)
    {
        if (problem.HasOverrides || ProblemRules.Check(problem, out _) is not null)
        {
            return;
        }

        Span<sbyte> levels = stackalloc sbyte[GridParameters.Count];
        GridParameters.LevelsOf(problem, levels);
        grid.Combinations.Mark(levels, _seen);
    }

    /// <summary>For example <c>pairwise coverage 100.0 % (5312 of 5312 pairs)</c>. Rounded down: 100.0 % is all.</summary>
    public override string ToString()
    {
        var tenths = Possible == 0 ? 0 : (long)Covered * 1000 / Possible;
        var (name, plural) = grid.Strength == 2 ? ("pairwise", "pairs") : ("three-way", "triples");
        return string.Create(CultureInfo.InvariantCulture, $"{name} coverage {tenths / 10}.{tenths % 10} % ({Covered} of {Possible} {plural})");
    }
}
