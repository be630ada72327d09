namespace ParityHarness.Campaigns;

/// <summary>What one implementation's answer is worth by itself.</summary>
internal enum SoloVerdict
{
    /// <summary>Right by PyTorch's rules and the oracle.</summary>
    Right,

    /// <summary>Wrong by them.</summary>
    Wrong,

    /// <summary>Its process died, or hung and was ended.</summary>
    Died,

    /// <summary>It does no such problems.</summary>
    NotOffered,

    /// <summary>Nobody could judge the answer.</summary>
    NotJudged,
}
