namespace ParityHarness.Kernels;

/// <summary>Which code computed a problem; README.md tells when. All give the same bits. Tests force <see cref="Bands"/> and <see cref="Direct"/>, and assert what was taken.</summary>
internal enum ForwardWay
{
    /// <summary>Nothing was to be computed.</summary>
    None,

    /// <summary><see cref="Definition{T, TInteger}"/>.</summary>
    Definition,

    /// <summary><see cref="ScatterForward{T}"/>.</summary>
    Scatter,

    /// <summary><see cref="ColumnForward{T, TLanes}"/>; what <see cref="Kernels.Columns"/> fit is never computed in another way, since its order of summation is its own.</summary>
    Columns,

    /// <summary><see cref="DirectForward{T, TLanes}"/>.</summary>
    Direct,

    /// <summary><see cref="BandForward{T, TLanes}"/>.</summary>
    Bands,
}
