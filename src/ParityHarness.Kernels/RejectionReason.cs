namespace ParityHarness.Kernels;

/// <summary>
/// Why PyTorch refuses a call of ConvTranspose1d. The numbers are frozen: they are part of the C interface.
/// </summary>
public enum RejectionReason
{
    /// <summary>No reason given.</summary>
    Unspecified = 0,

    /// <summary>The input has neither two nor three dimensions.</summary>
    InputDimensions = 1,

    /// <summary>The weight has other than three dimensions.</summary>
    WeightDimensions = 2,

    /// <summary>groups is zero or negative.</summary>
    NonPositiveGroups = 3,

    /// <summary>A parameter is a list of other than one value.</summary>
    ParameterCount = 4,

    /// <summary>padding is negative.</summary>
    NegativePadding = 5,

    /// <summary>output_padding is negative.</summary>
    NegativeOutputPadding = 6,

    /// <summary>stride is zero or negative.</summary>
    NonPositiveStride = 7,

    /// <summary>The weight's first dimension is smaller than groups, or not divisible by it.</summary>
    WeightGroups = 8,

    /// <summary>The input's channels are not the weight's first dimension.</summary>
    InputChannels = 9,

    /// <summary>The bias is not [Cout].</summary>
    BiasShape = 10,

    /// <summary>A dimension of the input other than the batch is zero.</summary>
    EmptyInput = 11,

    /// <summary>The kernel has no taps.</summary>
    KernelSize = 12,

    /// <summary>dilation is zero or negative.</summary>
    NonPositiveDilation = 13,

    /// <summary>output_padding is smaller than neither stride nor dilation.</summary>
    OutputPaddingTooLarge = 14,

    /// <summary>The weight has no output channels.</summary>
    EmptyWeight = 15,

    /// <summary>The output would have no or a negative length.</summary>
    OutputSize = 16,

    /// <summary>The dtypes differ, or there is no implementation for them.</summary>
    DType = 17,

    /// <summary>padding_mode is not zeros.</summary>
    PaddingMode = 18,

    /// <summary>The module's in_channels or out_channels is not divisible by groups.</summary>
    ModuleChannels = 19,

    /// <summary>The module's output_size is outside the valid range.</summary>
    RequestedOutputSize = 20,

    /// <summary>A size does not fit int64.</summary>
    Overflow = 21,
}
