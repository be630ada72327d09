namespace ParityHarness.Kernels;

/// <summary>Why PyTorch rejects a problem. The numbers are those of ParityHarness' RejectionReason and never change.</summary>
public enum RejectionReason
{
    /// <summary>No category is known.</summary>
    Unspecified = 0,

    /// <summary>The input is neither [C, L] nor [N, C, L].</summary>
    InputDimensions = 1,

    /// <summary>The weight is not [Cin, Cout/groups, K].</summary>
    WeightDimensions = 2,

    /// <summary>groups is zero or negative.</summary>
    NonPositiveGroups = 3,

    /// <summary>stride, padding, output_padding or dilation has a wrong number of values.</summary>
    ParameterCount = 4,

    /// <summary>padding is negative.</summary>
    NegativePadding = 5,

    /// <summary>output_padding is negative.</summary>
    NegativeOutputPadding = 6,

    /// <summary>stride is zero or negative.</summary>
    NonPositiveStride = 7,

    /// <summary>The weight's dimension 0 is smaller than groups or not divisible by it.</summary>
    WeightGroups = 8,

    /// <summary>The input's channels are not the weight's dimension 0.</summary>
    InputChannels = 9,

    /// <summary>The bias is not [Cout].</summary>
    BiasShape = 10,

    /// <summary>The input has length 0 (and a batch that is not 0).</summary>
    EmptyInput = 11,

    /// <summary>The kernel has size 0.</summary>
    KernelSize = 12,

    /// <summary>dilation is zero or negative.</summary>
    NonPositiveDilation = 13,

    /// <summary>output_padding is smaller than neither stride nor dilation.</summary>
    OutputPaddingTooLarge = 14,

    /// <summary>The weight has no elements.</summary>
    EmptyWeight = 15,

    /// <summary>The output would have no or a negative length.</summary>
    OutputSize = 16,

    /// <summary>The element type is not supported, or the tensors' types differ.</summary>
    DType = 17,

    /// <summary>Module only: padding_mode is not "zeros".</summary>
    PaddingMode = 18,

    /// <summary>Module only: in_channels or out_channels is not divisible by groups.</summary>
    ModuleChannels = 19,

    /// <summary>Module only: the requested output size cannot be reached.</summary>
    RequestedOutputSize = 20,

    /// <summary>A size does not fit into 64 bits.</summary>
    Overflow = 21,
}
