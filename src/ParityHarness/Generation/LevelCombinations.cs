using System.Runtime.CompilerServices;

namespace ParityHarness.Generation;

/// <summary>
/// All combinations of levels of any <c>strength</c> parameters (pairs, triples), numbered: for each subset of the
/// parameters a block of mixed-radix numbers. The loops are compiled in full at once: each worker builds the grid when
/// it starts, and would be through before they count as hot.
/// </summary>
internal sealed class LevelCombinations
{
    private readonly int[][] _subsets;
    private readonly int[] _starts;
    private readonly int[][] _subsetsOf;

    public LevelCombinations(int strength)
    {
        Strength = strength;
        var subsets = new List<int[]>();
        AddSubsets([], 0);
        _subsets = [.. subsets];
        _starts = new int[_subsets.Length];
        _subsetsOf = new int[GridParameters.Count][];
        for (var parameter = 0; parameter < GridParameters.Count; parameter++)
        {
            _subsetsOf[parameter] = [.. Enumerable.Range(0, _subsets.Length).Where(s => _subsets[s].Contains(parameter))];
        }

        for (var s = 0; s < _subsets.Length; s++)
        {
            _starts[s] = Count;
            var size = 1;
            foreach (var parameter in _subsets[s])
            {
                size *= GridParameters.LevelCounts[parameter];
            }

            Count += size;
        }

        void AddSubsets(int[] chosen, int next)
        {
            if (chosen.Length == strength)
            {
                subsets.Add(chosen);
                return;
            }

            for (var parameter = next; parameter < GridParameters.Count; parameter++)
            {
                AddSubsets([.. chosen, parameter], parameter + 1);
            }
        }
    }

    /// <summary>How many parameters a combination names.</summary>
    public int Strength { get; }

    /// <summary>Number of combinations, possible or not.</summary>
    public int Count { get; }

    /// <summary>Sets the levels that combination <paramref name="number"/> names and -1 elsewhere.</summary>
    public void Decode(int number, Span<sbyte> row)
    {
        row.Fill(-1);
        var s = Array.BinarySearch(_starts, number);
        s = s < 0 ? ~s - 1 : s;
        var rest = number - _starts[s];
        for (var i = Strength - 1; i >= 0; i--)
        {
            var parameter = _subsets[s][i];
            rest = Math.DivRem(rest, GridParameters.LevelCounts[parameter], out var level);
            row[parameter] = (sbyte)level;
        }
    }

    /// <summary>Marks the combinations of a row, of whose levels some may be -1.</summary>
    public void Mark(ReadOnlySpan<sbyte> row, bool[] marks)
    {
        for (var s = 0; s < _subsets.Length; s++)
        {
            var number = Number(s, row);
            if (number >= 0)
            {
                marks[number] = true;
            }
        }
    }

    /// <summary>How many combinations of a row are not yet marked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int CountUnmarked(ReadOnlySpan<sbyte> row, bool[] marks)
    {
        var count = 0;
        for (var s = 0; s < _subsets.Length; s++)
        {
            var number = Number(s, row);
            count += number >= 0 && !marks[number] ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// For each level of a parameter, how many combinations with the levels already in the row are not yet marked.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gains(int parameter, ReadOnlySpan<sbyte> row, bool[] marks, Span<int> gains)
    {
        gains.Clear();
        Span<sbyte> probe = stackalloc sbyte[GridParameters.Count];
        row.CopyTo(probe);
        probe[parameter] = 0;
        foreach (var s in _subsetsOf[parameter])
        {
            var number = Number(s, probe);
            if (number < 0)
            {
                continue;
            }

            var step = 1;
            for (var i = Strength - 1; _subsets[s][i] != parameter; i--)
            {
                step *= GridParameters.LevelCounts[_subsets[s][i]];
            }

            for (var level = 0; level < gains.Length; level++)
            {
                gains[level] += marks[number + level * step] ? 0 : 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Number(int subset, ReadOnlySpan<sbyte> row)
    {
        var number = 0;
        foreach (var parameter in _subsets[subset])
        {
            var level = row[parameter];
            if (level < 0)
            {
                return -1;
            }

            number = number * GridParameters.LevelCounts[parameter] + level;
        }

        return _starts[subset] + number;
    }
}
