namespace ParityHarness.Tensors;

/// <summary>Which tensor of a problem; the numbers are part of how its elements are made.</summary>
internal enum Operand
{
    /// <summary>input.</summary>
    Input = 1,

    /// <summary>weight.</summary>
    Weight = 2,

    /// <summary>bias.</summary>
    Bias = 3,

    /// <summary>grad_output.</summary>
    GradOutput = 4,
}
