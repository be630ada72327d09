using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// Makes the problems of a fuzz run. Problem i is a pure function of (profile, seed, i). Of each ten in a row four are
/// rows of the covering grid, as long as there are any, one stands at a boundary, one is illegal, and the others are
/// random; in every <see cref="Profile.SizeEvery"/> tens one of these lies beyond a size (<see cref="SizeProblems"/>). Of those
/// that are no rows of the grid, some ask for gradients (<see cref="Profile.GradientOneIn"/>). Every <see cref="BrokenRule"/> is
/// broken alone within any 1,000 consecutive indices, and as often beside another one.
/// </summary>
internal sealed class Generator(Profile profile, ulong seed)
{
    private const int Block = 10;
    private const int GridInBlock = 4;
    private const int BoundaryPlace = 5;
    private const int SizePlace = 6;

    /// <summary>The sets of gradients that are drawn: mostly one alone, each pair, and all.</summary>
    private static readonly Pass[] GradientSets =
    [
        Pass.GradInput, Pass.GradInput, Pass.GradWeight, Pass.GradWeight, Pass.GradBias,
        Pass.GradInput | Pass.GradWeight, Pass.GradInput | Pass.GradBias, Pass.GradWeight | Pass.GradBias,
        Pass.GradInput | Pass.GradWeight | Pass.GradBias, Pass.GradInput | Pass.GradWeight | Pass.GradBias,
    ];

    /// <summary>The bounds of the problems.</summary>
    public Profile Profile { get; } = profile;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The grid whose rows are among the problems, the same for every seed.</summary>
    public CoveringGrid Grid { get; } = profile.GridStrength == 2 ? CoveringGrid.Pairwise : CoveringGrid.ThreeWay;

    /// <summary>From this index on there are no more rows of the grid.</summary>
    public long GridEnd => ((long)Grid.Count + GridInBlock - 1) / GridInBlock * Block;

    /// <summary>The problem of an index from 0.</summary>
    public Problem At(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var stream = CounterRandom.Stream(Seed, (ulong)index);
        // 32 bits: enough to tell the data apart, and short in a line.
        var dataSeed = stream >> 32;
        if (RowAt(index) is { } row)
        {
            return WithSpecials(Grid.At(row, dataSeed), stream);
        }

        var random = new CounterRandom(stream);
        var tier = TierAt(index);
        var problem = tier switch
        {
            Tier.Illegal => IllegalProblems.Draw(RulesAt(index), ref random, dataSeed),
            Tier.Boundary => BoundaryProblems.Draw(Profile, index / Block, ref random, dataSeed),
            Tier.Size => SizeProblems.Draw(Profile, index / Block / Profile.SizeEvery, ref random, dataSeed),
            _ => RandomProblems.Draw(Profile, ref random).ToProblem(dataSeed),
        };

        // A size says itself which gradients it asks for.
        return tier == Tier.Size ? problem : WithSpecials(WithGradients(problem, stream), stream);
    }

    /// <summary>Makes some of the problems of float32 and float64 ask for gradients in place of the output, as far as they stay within the profile's memory.</summary>
    private Problem WithGradients(Problem problem, ulong stream)
    {
        // Apart from the numbers by which the problem itself is drawn.
        var draw = CounterRandom.At(~stream, 0);
        if (problem.DType is not (DType.Float32 or DType.Float64) || draw % (ulong)Profile.GradientOneIn != 0)
        {
            return problem;
        }

        var asked = problem with { Pass = GradientSets[(int)((draw >> 32) % (ulong)GradientSets.Length)] };
        return ProblemSize.Bytes(asked) <= Profile.MaxBytes ? asked : problem;
    }

    /// <summary>
    /// Half of the problems with special values have zeros opposite to NaN and infinity, the other half denormal weights in place of
    /// denormal inputs, which the seed says: see <see cref="SeedBits"/>.
    /// </summary>
    private static Problem WithSpecials(Problem problem, ulong stream) =>
        problem.Regime == Regime.Special ? problem with { DataSeed = problem.DataSeed | (stream % 2 == 0 ? SeedBits.ZerosOpposite : SeedBits.DenormalWeights) } : problem;

    /// <summary>Of which kind the problem of an index is.</summary>
    public Tier TierAt(long index) => PlaceOf(index) switch
    {
        0 => Tier.Illegal,
        BoundaryPlace => Tier.Boundary,
        SizePlace when index / Block % Profile.SizeEvery == 0 => Tier.Size,
        _ => RowAt(index) is null ? Tier.Random : Tier.Grid,
    };

    /// <summary>The row of the grid that is the problem of an index, or null where it is another problem.</summary>
    public int? RowAt(long index) =>
        index < GridEnd && PlaceOf(index) is >= 1 and <= GridInBlock and var place && index / Block * GridInBlock + place - 1 is var row && row < Grid.Count
            ? (int)row
            : null;

    /// <summary>The rules that the problem of an index breaks on purpose: none, one or two. One at a boundary may break others.</summary>
    public IReadOnlyList<BrokenRule> RulesAt(long index)
    {
        if (PlaceOf(index) != 0)
        {
            return [];
        }

        // The rules take turns: one round alone, one with another rule beside each.
        var rules = (ulong)IllegalProblems.Rules;
        var turn = (ulong)(index / Block) + Seed % (2 * rules);
        var rule = (BrokenRule)(turn % rules);
        if (turn / rules % 2 == 0)
        {
            return [rule];
        }

        var other = 1 + CounterRandom.At(Seed, ~(ulong)index) % (rules - 1);
        return [rule, (BrokenRule)(((ulong)rule + other) % rules)];
    }

    /// <summary>The place in a block of ten, turned by a drawn number, so that shards by index get their share of each kind.</summary>
    private long PlaceOf(long index) => (index % Block + (long)(CounterRandom.At(~Seed, (ulong)(index / Block)) % Block)) % Block;
}
