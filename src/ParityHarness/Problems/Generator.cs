namespace ParityHarness.Problems;

/// <summary>
/// Makes the problems of a fuzz run. Problem i is a pure function of (profile, seed, i): first the rows of the covering
/// grid, then random problems, of which one in ten breaks one rule of PyTorch's. Every <see cref="BrokenRule"/>
/// occurs within any 1,000 consecutive indices.
/// </summary>
public sealed class Generator(Profile profile, ulong seed)
{
    private const int IllegalOneIn = 10;

    /// <summary>The bounds of the problems.</summary>
    public Profile Profile { get; } = profile;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The grid whose rows are the problems 0 to <see cref="GridCount"/> - 1, the same for every seed and profile.</summary>
    public CoveringGrid Grid { get; } = CoveringGrid.Pairwise;

    /// <summary>Number of rows of the grid.</summary>
    public int GridCount => Grid.Count;

    /// <summary>The problem of an index from 0.</summary>
    public Problem At(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var stream = CounterRandom.Stream(Seed, (ulong)index);
        // 32 bits: enough to tell the data apart, and short in a line.
        var dataSeed = stream >> 32;
        if (index < GridCount)
        {
            return Grid.At((int)index, dataSeed);
        }

        var random = new CounterRandom(stream);
        return RuleAt(index) is { } rule
            ? IllegalProblems.Draw(rule, ref random, dataSeed)
            : RandomProblems.Draw(Profile, ref random).ToProblem(dataSeed);
    }

    /// <summary>The rule that the problem of an index breaks, or null where it is legal.</summary>
    public BrokenRule? RuleAt(long index)
    {
        if (index < GridCount)
        {
            return null;
        }

        // One place in each block of ten, drawn, so that shards by index get their share; the rules take turns.
        var block = index / IllegalOneIn;
        var place = CounterRandom.At(~Seed, (ulong)block) % IllegalOneIn;
        return (ulong)(index % IllegalOneIn) == place
            ? (BrokenRule)(((ulong)block + Seed % IllegalProblems.Rules) % IllegalProblems.Rules)
            : null;
    }
}
