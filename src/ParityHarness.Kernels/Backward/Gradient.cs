namespace ParityHarness.Kernels;

/// <summary>Which of the three gradients.</summary>
internal enum Gradient
{
    /// <summary>grad_input.</summary>
    Input,

    /// <summary>grad_weight.</summary>
    Weight,

    /// <summary>grad_bias.</summary>
    Bias,
}
