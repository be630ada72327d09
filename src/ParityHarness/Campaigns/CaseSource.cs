using ParityHarness.Fixtures;
using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>Cases by index. A pure function of the settings, so that workers make what the coordinator counts.</summary>
internal abstract class CaseSource
{
    /// <summary>Number of cases, or null where there is no end.</summary>
    public abstract long? Count { get; }

    /// <summary>Case <paramref name="index"/>, from 0.</summary>
    public abstract Case At(long index);

    /// <summary>The source that the settings describe.</summary>
    /// <exception cref="Fixtures.FixtureException">A fixture file cannot be read.</exception>
    /// <exception cref="FormatException">A problem line cannot be read.</exception>
    public static CaseSource Of(CampaignSettings settings) =>
        settings.Profile is { } profile
            ? new GeneratedCases(new Generation.Generator(Generation.Profile.Parse(profile), settings.Seed))
            : new FixtureCases(settings.Files, settings.Problems);
}
