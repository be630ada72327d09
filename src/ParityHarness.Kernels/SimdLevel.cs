namespace ParityHarness.Kernels;

/// <summary>A width of vectors, in bits. Every level gives bitwise the same results.</summary>
public enum SimdLevel
{
    /// <summary>The plain definition, one output at a time; runs everywhere.</summary>
    Scalar = 0,

    /// <summary>128-bit vectors with hardware fused multiply-add.</summary>
    Vector128 = 128,

    /// <summary>256-bit vectors (AVX2 and FMA).</summary>
    Vector256 = 256,

    /// <summary>512-bit vectors (AVX-512F).</summary>
    Vector512 = 512,
}
