namespace ParityHarness.Problems;

/// <summary>
/// What is computed: the output, or one or several of the gradients that autograd gives for a given grad_output, as
/// PyTorch's output_mask says.
/// </summary>
[Flags]
public enum Pass
{
    /// <summary>output from input, weight and bias.</summary>
    Forward = 1,

    /// <summary>grad_input from grad_output and weight, of the input's shape.</summary>
    GradInput = 2,

    /// <summary>grad_weight from grad_output and input, of the weight's shape.</summary>
    GradWeight = 4,

    /// <summary>grad_bias from grad_output, of the bias' shape.</summary>
    GradBias = 8,
}
