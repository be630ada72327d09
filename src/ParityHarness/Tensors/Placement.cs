namespace ParityHarness.Tensors;

/// <summary>Where in memory a <see cref="Tensor"/> puts its elements.</summary>
internal enum Placement
{
    /// <summary>Aligned to 64 bytes.</summary>
    Aligned,

    /// <summary>One element after an address aligned to 64 bytes.</summary>
    OddOffset,

    /// <summary>Right after a page that can be neither read nor written; on Linux only, elsewhere at a page's start.</summary>
    AfterGuardPage,

    /// <summary>Right before a page that can be neither read nor written; on Linux only, elsewhere at a page's end.</summary>
    BeforeGuardPage,
}
