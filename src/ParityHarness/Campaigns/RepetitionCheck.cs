namespace ParityHarness.Campaigns;

/// <summary>The ways in which a side is asked again; each must give the bits of the first answer.</summary>
internal enum RepetitionCheck
{
    /// <summary>Not asked again.</summary>
    None,

    /// <summary>With the same tensors.</summary>
    Again,

    /// <summary>With tensors, and an output, that are aligned to their elements only.</summary>
    OddOffset,

    /// <summary>With tensors, and an output, right before a page that can be neither read nor written.</summary>
    BeforeGuardPage,

    /// <summary>With tensors, and an output, right after such a page.</summary>
    AfterGuardPage,

    /// <summary>With strided input and weight.</summary>
    Strided,

    /// <summary>With input and weight expanded along a dimension.</summary>
    Expanded,

    /// <summary>From several threads at once.</summary>
    Threads,
}
