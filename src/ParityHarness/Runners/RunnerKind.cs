namespace ParityHarness.Runners;

/// <summary>A kind of runner that can be chosen by name: an entry of <see cref="RunnerCatalog"/>.</summary>
/// <param name="Name">The name, up to a colon.</param>
/// <param name="Argument">What stands after the colon, as help texts say it; null where nothing may.</param>
/// <param name="Make">
/// Makes one, of the whole name, what stands after the colon (null where there is none), and the folder of recorded answers, or null.
/// </param>
internal sealed record RunnerKind(string Name, string? Argument, Func<string, string?, string?, IRunner> Make)
{
    /// <summary>Whether the name may stand without an argument.</summary>
    public bool StandsAlone { get; init; } = true;

    /// <summary>The library that others have released and that this runs as it is, e.g. libtorch; null for implementations under test.</summary>
    public string? Library { get; init; }

    /// <summary>Whether it can be the reference where none is named; of those that are here the first is.</summary>
    public bool IsDefaultReference { get; init; }

    /// <summary>Why it is not here, as far as can be told without loading it; null where it is.</summary>
    public Func<string?> WhyNot { get; init; } = () => null;

    /// <summary>The names as help texts list them.</summary>
    public IEnumerable<string> Forms => [.. StandsAlone ? (string[])[Name] : [], .. Argument?.Split('|').Select(argument => $"{Name}:{argument}") ?? []];
}
