using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness;

/// <summary>What <see cref="Parity"/> runs, and what decides; each as the option of the command line of that name.</summary>
public sealed record ParityOptions
{
    /// <summary>How large the generated problems are.</summary>
    public Profile Profile { get; init; } = Profile.Smoke;

    /// <summary>Seed: problem i is a function of profile, seed and i alone.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many generated problems are put to the implementation; null for the profile's number (smoke: 10,000).</summary>
    public long? Count { get; init; }

    /// <summary>Problem lines, as a failure shows them, to run in place of generated ones.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What the implementation is held against: a runner's name; null for torchsharp where it is, else libtorch.</summary>
    public string? Reference { get; init; }

    /// <summary>What decides whether values agree.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.Bound;

    /// <summary>
    /// How long, in seconds, failures may be made small and explained once all problems have been run; 0 shows them as they were found.
    /// </summary>
    public double ExplainSeconds { get; init; } = 20;

    /// <summary>Whether it fails when both reject, but for different reasons.</summary>
    public bool StrictReasons { get; init; }

    /// <summary>
    /// What the implementation is asked for: words with commas between them, as <c>float32,forward,legal</c>, of dtypes, passes (forward,
    /// grad_input, grad_weight, grad_bias, or gradients for all three), forms (functional, module), and legal, which leaves out what PyTorch
    /// rejects. Words of one kind are alternatives. Null for all that it offers.
    /// </summary>
    public string? Only { get; init; }

    /// <summary>A folder with a divergences.csv of your own; null for what was known when this library was built.</summary>
    public string? FixturesFolder { get; init; }
}
