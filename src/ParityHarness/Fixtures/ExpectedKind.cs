namespace ParityHarness.Fixtures;

/// <summary>How much of an output a row holds.</summary>
internal enum ExpectedKind
{
    /// <summary>All elements.</summary>
    Values,

    /// <summary>A checksum of all elements, for results that no order of summation can change.</summary>
    Hash,

    /// <summary>Some elements with their flat indices.</summary>
    Sample,
}
