using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// How many and how large problems a <see cref="Generator"/> makes. The bounds hold for every problem it makes; those of
/// <see cref="Tier.Size"/> lie beyond all of them but <see cref="MaxBytes"/>.
/// </summary>
public sealed class Profile
{
    private Profile(string name) => Name = name;

    /// <summary>
    /// For every build: some 10 to 2,000 multiply-adds a problem, so that a core does tens of thousands a second.
    /// </summary>
    public static Profile Smoke { get; } = new("smoke")
    {
        DefaultCount = 10_000,
        GridStrength = 2,
        MaxMultiplyAdds = 20_000,
        MaxBytes = 256 << 10,
        MaxBatch = 8,
        MaxChannels = 128,
        MaxLength = 128,
        MaxKernelSize = 16,
        LeastMultiplyAdds = 8,
        UsualMultiplyAdds = 2_000,
        LargeOneIn = 64,
        UsualBytes = 24 << 10,
        ExhaustiveMultiplyAdds = 2_000,
        GradientOneIn = 8,
        SizeEvery = 5,
        HasLargeSizes = false,
    };

    /// <summary>For every merge: up to 2 million multiply-adds; most of the time goes into 50,000 to a million.</summary>
    public static Profile Ci { get; } = new("ci")
    {
        DefaultCount = 20_000,
        GridStrength = 3,
        MaxMultiplyAdds = 2_000_000,
        MaxBytes = 16 << 20,
        MaxBatch = 32,
        MaxChannels = 256,
        MaxLength = 8448,
        MaxKernelSize = 32,
        LeastMultiplyAdds = 128,
        UsualMultiplyAdds = 1_000_000,
        LargeOneIn = 64,
        UsualBytes = 2 << 20,
        ExhaustiveMultiplyAdds = 10_000,
        GradientOneIn = 4,
        SizeEvery = 8,
        HasLargeSizes = true,
    };

    /// <summary>For the night: up to 200 million multiply-adds and 1 GB.</summary>
    public static Profile Nightly { get; } = new("nightly")
    {
        DefaultCount = 1_000_000,
        GridStrength = 3,
        MaxMultiplyAdds = 200_000_000,
        MaxBytes = 1 << 30,
        MaxBatch = 64,
        MaxChannels = 1024,
        MaxLength = 1 << 20,
        MaxKernelSize = 128,
        LeastMultiplyAdds = 8,
        UsualMultiplyAdds = 2_000_000,
        LargeOneIn = 32,
        UsualBytes = 1 << 30,
        ExhaustiveMultiplyAdds = 20_000,
        GradientOneIn = 4,
        SizeEvery = 8,
        HasLargeSizes = true,
    };

    /// <summary>All profiles, smallest first.</summary>
    internal static IReadOnlyList<Profile> All { get; } = [Smoke, Ci, Nightly];

    /// <summary>The name by which it is chosen.</summary>
    public string Name { get; }

    /// <summary>How many problems a run makes unless told otherwise.</summary>
    public long DefaultCount { get; private init; }

    /// <summary>How many parameters are combined in every possible way: 2 for pairs, 3 for triples.</summary>
    internal int GridStrength { get; init; }

    /// <summary>No problem has more products (<see cref="ProblemSize.MultiplyAdds"/>).</summary>
    internal long MaxMultiplyAdds { get; init; }

    /// <summary>No problem needs more bytes of tensors (<see cref="ProblemSize.Bytes"/>).</summary>
    internal long MaxBytes { get; init; }

    /// <summary>Largest N.</summary>
    internal long MaxBatch { get; init; }

    /// <summary>Largest Cin and Cout.</summary>
    internal long MaxChannels { get; init; }

    /// <summary>Largest L.</summary>
    internal long MaxLength { get; init; }

    /// <summary>Largest kernel_size.</summary>
    internal long MaxKernelSize { get; init; }

    /// <summary>Multiply-adds are drawn log-uniformly from here; legality and rounding can make them fewer.</summary>
    internal long LeastMultiplyAdds { get; init; }

    /// <summary>Multiply-adds are drawn log-uniformly up to here, and beyond only now and then.</summary>
    internal long UsualMultiplyAdds { get; init; }

    /// <summary>One random problem in so many is drawn from above <see cref="UsualMultiplyAdds"/>.</summary>
    internal int LargeOneIn { get; init; }

    /// <summary>Random problems stay below these bytes.</summary>
    internal long UsualBytes { get; init; }

    /// <summary>
    /// Bound of the regimes wide, cancelling and special, in which the oracle evaluates every output.
    /// </summary>
    internal long ExhaustiveMultiplyAdds { get; init; }

    /// <summary>Of the problems of float32 and float64 that are no rows of the grid, one in so many asks for gradients.</summary>
    internal int GradientOneIn { get; init; }

    /// <summary>Of so many tens of problems one has a problem of <see cref="Tier.Size"/>.</summary>
    internal int SizeEvery { get; init; }

    /// <summary>Whether these are of all sizes, not only of terms and outputs above 1,024.</summary>
    internal bool HasLargeSizes { get; init; }

    /// <summary>The profile of that name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    internal static Profile Parse(string name)
    {
        foreach (var profile in All)
        {
            if (profile.Name == name)
            {
                return profile;
            }
        }

        throw new FormatException($"'{name}' is not a profile; there are smoke, ci and nightly");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
