using System.Globalization;

using ParityHarness.Generation;

namespace ParityHarness.Campaigns;

/// <summary>What the generator makes.</summary>
internal sealed class GeneratedCases(Generator generator) : CaseSource
{
    /// <summary>The generator.</summary>
    public Generator Generator => generator;

    /// <inheritdoc/>
    public override long? Count => null;

    /// <inheritdoc/>
    public override Case At(long index) => new($"fuzz:{index.ToString(CultureInfo.InvariantCulture)}", generator.At(index));
}
