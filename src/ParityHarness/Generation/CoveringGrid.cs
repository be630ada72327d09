using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// A covering array: few problems that hold every possible pair (with strength 3: triple) of parameter values and
/// boundaries. Built greedily, one row after the other, each from an uncovered pair and the best of some random
/// completions (after Cohen, Dalal, Fredman and Patton, "The AETG system", 1997). The same on every machine.
/// A pair is possible when some legal problem within the bounds of the smallest profile has it.
/// </summary>
internal sealed class CoveringGrid
{
    private static readonly Lazy<CoveringGrid> LazyPairwise = new(() => new CoveringGrid(2));
    private static readonly Lazy<CoveringGrid> LazyThreeWay = new(() => new CoveringGrid(3, completions: 4));

    private readonly List<Draft> _rows = [];

    /// <summary>Builds the grid of a strength.</summary>
    public CoveringGrid(int strength)
        : this(strength, completions: 12)
    {
    }

    /// <summary>The same with another number of completions tried for each row: fewer are quicker and make more rows.</summary>
    internal CoveringGrid(int strength, int completions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(strength, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(strength, 3);
        Combinations = new LevelCombinations(strength);
        IsPossible = FindPossible();
        Build(completions);
    }

    /// <summary>The grid of pairs, built once.</summary>
    public static CoveringGrid Pairwise => LazyPairwise.Value;

    /// <summary>The grid of triples, built once.</summary>
    public static CoveringGrid ThreeWay => LazyThreeWay.Value;

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>2 for pairs, 3 for triples.</summary>
    public int Strength => Combinations.Strength;

    internal LevelCombinations Combinations { get; }

    /// <summary>Which combinations some legal problem has.</summary>
    internal bool[] IsPossible { get; }

    /// <summary>The problem of a row.</summary>
    public Problem At(int row, ulong dataSeed) => _rows[row].ToProblem(dataSeed);

    private static bool IsLegalAndFits(ReadOnlySpan<sbyte> row, out Draft draft)
    {
        draft = GridParameters.Realise(row) ?? default;
        return draft.Groups > 0 && draft.MultiplyAdds <= Profile.Smoke.MaxMultiplyAdds && draft.Bytes <= Profile.Smoke.MaxBytes;
    }

    /// <summary>
    /// False when a row that is not complete yet is too large already, or illegal as far as its geometry is chosen. Once
    /// all of that is chosen, a row for which this holds can be completed: the cheapest of what is open is counted in.
    /// </summary>
    private static bool CanStillFit(ReadOnlySpan<sbyte> row) =>
        GridParameters.MultiplyAdds(row) <= Profile.Smoke.MaxMultiplyAdds
        && GridParameters.HasRegime(row)
        && (row[GridParameters.Length] < 0 || row[GridParameters.KernelSize] < 0 || row[GridParameters.Stride] < 0
            || row[GridParameters.Dilation] < 0 || IsLegalAndFits(row, out _));

    /// <summary>
    /// Completes a row by trying all levels of those parameters on which legality depends; the others stay open, which
    /// makes them cheapest. False where there is no completion.
    /// </summary>
    private static bool TryComplete(Span<sbyte> row, int parameter = GridParameters.Length)
    {
        if (parameter > GridParameters.Padding)
        {
            return IsLegalAndFits(row, out _);
        }

        if (row[parameter] >= 0)
        {
            return TryComplete(row, parameter + 1);
        }

        for (sbyte level = 0; level < GridParameters.LevelCounts[parameter]; level++)
        {
            row[parameter] = level;
            if (TryComplete(row, parameter + 1))
            {
                return true;
            }
        }

        row[parameter] = -1;
        return false;
    }

    private bool[] FindPossible()
    {
        var possible = new bool[Combinations.Count];
        Span<sbyte> row = stackalloc sbyte[GridParameters.Count];
        for (var number = 0; number < possible.Length; number++)
        {
            Combinations.Decode(number, row);
            possible[number] = TryComplete(row);
        }

        return possible;
    }

    private void Build(int completions)
    {
        var random = new CounterRandom(0);
        var marks = Array.ConvertAll(IsPossible, possible => !possible);
        Span<sbyte> row = stackalloc sbyte[GridParameters.Count];
        Span<sbyte> best = stackalloc sbyte[GridParameters.Count];
        for (var seed = 0; seed < marks.Length; seed++)
        {
            if (marks[seed])
            {
                continue;
            }

            var bestGain = -1;
            for (var completion = 0; completion < completions; completion++)
            {
                Combinations.Decode(seed, row);
                if (completion == 0)
                {
                    // Known to be possible, so that there is always one completion.
                    TryComplete(row);
                }

                var gain = Complete(row, marks, ref random);
                if (gain > bestGain)
                {
                    bestGain = gain;
                    row.CopyTo(best);
                }
            }

            IsLegalAndFits(best, out var draft);
            _rows.Add(draft);
            Combinations.Mark(best, marks);
        }
    }

    /// <summary>
    /// Gives each open parameter, in random order, the level that covers most; the total covered so, or -1 where the
    /// row became illegal or too large.
    /// </summary>
    private int Complete(Span<sbyte> row, bool[] marks, ref CounterRandom random)
    {
        Span<int> order = stackalloc int[GridParameters.Count];
        for (var i = 0; i < order.Length; i++)
        {
            var j = random.Below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        Span<int> gains = stackalloc int[32];
        foreach (var parameter in order)
        {
            if (row[parameter] >= 0)
            {
                continue;
            }

            var levels = gains[..GridParameters.LevelCounts[parameter]];
            Combinations.Gains(parameter, row, marks, levels);
            var chosen = -1;
            var start = random.Below(levels.Length);
            for (var i = 0; i < levels.Length; i++)
            {
                var level = (start + i) % levels.Length;
                row[parameter] = (sbyte)level;
                if ((chosen < 0 || levels[level] > levels[chosen]) && CanStillFit(row))
                {
                    chosen = level;
                }
            }

            if (chosen < 0)
            {
                return -1;
            }

            row[parameter] = (sbyte)chosen;
        }

        return IsLegalAndFits(row, out _) ? Combinations.CountUnmarked(row, marks) : -1;
    }
}
