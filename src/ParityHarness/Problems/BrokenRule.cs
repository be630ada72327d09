namespace ParityHarness.Problems;

/// <summary>
/// One rule of PyTorch's, broken on its own. All of them stand in turn among the problems of a generator.
/// </summary>
internal enum BrokenRule
{
    /// <summary>Input [L].</summary>
    InputOneDimension,

    /// <summary>Input [1, N, Cin, L].</summary>
    InputFourDimensions,

    /// <summary>Weight [Cin, Cout/groups].</summary>
    WeightTwoDimensions,

    /// <summary>Weight [Cin, Cout/groups, K, 1].</summary>
    WeightFourDimensions,

    /// <summary>groups 0, in the functional form: the module ends libtorch's process.</summary>
    GroupsZero,

    /// <summary>groups below 0.</summary>
    GroupsNegative,

    /// <summary>stride of two values.</summary>
    StrideList,

    /// <summary>padding of two values.</summary>
    PaddingList,

    /// <summary>output_padding of two values.</summary>
    OutputPaddingList,

    /// <summary>dilation of two values.</summary>
    DilationList,

    /// <summary>padding below 0.</summary>
    PaddingNegative,

    /// <summary>output_padding below 0.</summary>
    OutputPaddingNegative,

    /// <summary>stride 0.</summary>
    StrideZero,

    /// <summary>stride below 0.</summary>
    StrideNegative,

    /// <summary>More groups than weight rows.</summary>
    GroupsAboveChannels,

    /// <summary>Weight rows that groups does not divide.</summary>
    GroupsNotDividing,

    /// <summary>Input channels that are not the weight's.</summary>
    InputChannels,

    /// <summary>A bias of other than Cout elements.</summary>
    BiasLength,

    /// <summary>A bias of two dimensions.</summary>
    BiasTwoDimensions,

    /// <summary>L = 0.</summary>
    LengthZero,

    /// <summary>K = 0.</summary>
    KernelSizeZero,

    /// <summary>dilation 0.</summary>
    DilationZero,

    /// <summary>dilation below 0.</summary>
    DilationNegative,

    /// <summary>output_padding smaller than neither stride nor dilation.</summary>
    OutputPaddingTooLarge,

    /// <summary>Cout = 0.</summary>
    OutChannelsZero,

    /// <summary>padding that leaves an output of length 0.</summary>
    OutputLengthZero,

    /// <summary>padding that leaves less than nothing.</summary>
    OutputLengthNegative,

    /// <summary>A weight of another dtype.</summary>
    WeightDType,

    /// <summary>A bias of another dtype.</summary>
    BiasDType,

    /// <summary>int32, for which there is no implementation.</summary>
    Int32,

    /// <summary>int16.</summary>
    Int16,

    /// <summary>int8.</summary>
    Int8,

    /// <summary>uint8.</summary>
    UInt8,

    /// <summary>bool.</summary>
    Bool,

    /// <summary>A module whose in_channels groups does not divide.</summary>
    ModuleInChannels,

    /// <summary>A module whose out_channels groups does not divide.</summary>
    ModuleOutChannels,

    /// <summary>A module with a padding_mode other than zeros.</summary>
    PaddingMode,

    /// <summary>N = 0 and dilation 0, which libtorch 1.13.1 and 2.6.0 accept.</summary>
    EmptyBatchDilationZero,

    /// <summary>N = 0 and an output_padding that is too large, which they accept too.</summary>
    EmptyBatchOutputPaddingTooLarge,

    /// <summary>N = 0 and a weight or bias of another dtype, which libtorch 1.13.1 accepts.</summary>
    EmptyBatchDType,
}
