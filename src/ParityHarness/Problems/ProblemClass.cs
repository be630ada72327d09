namespace ParityHarness.Problems;

/// <summary>The kinds of problems that a report counts. A problem belongs to several.</summary>
[Flags]
internal enum ProblemClass : long
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>stride &gt; 1.</summary>
    Strided = 1 << 0,

    /// <summary>stride &gt; kernel_size: some outputs get no product where dilation is 1.</summary>
    StrideAboveKernelSize = 1 << 1,

    /// <summary>padding &gt; 0.</summary>
    Padded = 1 << 2,

    /// <summary>output_padding &gt; 0.</summary>
    OutputPadded = 1 << 3,

    /// <summary>output_padding &gt;= stride, legal where it is smaller than dilation.</summary>
    OutputPaddingFromStride = 1 << 4,

    /// <summary>dilation &gt; 1.</summary>
    Dilated = 1 << 5,

    /// <summary>stride and dilation have a common divisor: whole phases of the output get no product.</summary>
    CommonDivisor = 1 << 6,

    /// <summary>groups &gt; 1.</summary>
    Grouped = 1 << 7,

    /// <summary>groups &gt; 1 with one input channel each.</summary>
    Depthwise = 1 << 8,

    /// <summary>With a bias.</summary>
    Biased = 1 << 9,

    /// <summary>Input [Cin, L].</summary>
    Unbatched = 1 << 10,

    /// <summary>N &gt; 1.</summary>
    Batched = 1 << 11,

    /// <summary>N = 0.</summary>
    EmptyBatch = 1 << 12,

    /// <summary>kernel_size 1.</summary>
    KernelSizeOne = 1 << 13,

    /// <summary>L = 1.</summary>
    LengthOne = 1 << 14,

    /// <summary>Legal, and padding leaves an output of length 1.</summary>
    OutputLengthOne = 1 << 15,

    /// <summary>torch.nn.ConvTranspose1d.</summary>
    Module = 1 << 16,

    /// <summary>PyTorch rejects it.</summary>
    Illegal = 1 << 17,

    /// <summary>float32.</summary>
    Float32 = 1 << 18,

    /// <summary>float64.</summary>
    Float64 = 1 << 19,

    /// <summary>float16.</summary>
    Float16 = 1 << 20,

    /// <summary>bfloat16.</summary>
    BFloat16 = 1 << 21,

    /// <summary>int64.</summary>
    Int64 = 1 << 22,

    /// <summary>complex64.</summary>
    Complex64 = 1 << 23,

    /// <summary>complex128.</summary>
    Complex128 = 1 << 24,

    /// <summary>Any other dtype, which PyTorch rejects.</summary>
    OtherDType = 1 << 25,

    /// <summary>Regime integer.</summary>
    Integer = 1 << 26,

    /// <summary>Regime random.</summary>
    Random = 1 << 27,

    /// <summary>Regime wide.</summary>
    Wide = 1 << 28,

    /// <summary>Regime cancelling.</summary>
    Cancelling = 1 << 29,

    /// <summary>Regime special.</summary>
    Special = 1 << 30,

    /// <summary>grad_input is computed.</summary>
    GradInput = 1L << 31,

    /// <summary>grad_weight is computed.</summary>
    GradWeight = 1L << 32,

    /// <summary>grad_bias is computed.</summary>
    GradBias = 1L << 33,

    /// <summary>More than 1,024 terms in an output, or in an element of a gradient: see <see cref="TermCounts"/>. Of this class and those after it only legal problems are.</summary>
    TermsAbove1024 = 1L << 34,

    /// <summary>More than 2,048.</summary>
    TermsAbove2048 = 1L << 35,

    /// <summary>More than 4,096.</summary>
    TermsAbove4096 = 1L << 36,

    /// <summary>N * Cout * Lout &gt; 1,024.</summary>
    OutputsAbove1024 = 1L << 37,

    /// <summary>N * Cout * Lout &gt;= 2^18.</summary>
    OutputsFrom262144 = 1L << 38,

    /// <summary>Lout &gt; 65,535.</summary>
    OutputLengthAbove65535 = 1L << 39,

    /// <summary>Cin &gt; 256.</summary>
    InChannelsAbove256 = 1L << 40,

    /// <summary>Cout &gt; 256.</summary>
    OutChannelsAbove256 = 1L << 41,

    /// <summary>N &gt; 32.</summary>
    BatchAbove32 = 1L << 42,

    /// <summary>N &gt; 65,535.</summary>
    BatchAbove65535 = 1L << 43,

    /// <summary>stride 41.</summary>
    Stride41 = 1L << 44,

    /// <summary>stride 47.</summary>
    Stride47 = 1L << 45,
}
