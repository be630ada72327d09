namespace ParityHarness.Kernels;

/// <summary>Which code computes a problem; all give the same bits. Tests ask for each.</summary>
internal enum ForwardPath
{
    /// <summary><see cref="BandForward{T, TLanes}"/>; where <see cref="BandPlan"/> does not fit, the definition.</summary>
    Bands,

    /// <summary><see cref="DirectForward{T, TLanes}"/>; where <see cref="DirectPlan"/> does not fit or a weight is not finite, as <see cref="Bands"/>.</summary>
    Direct,
}
