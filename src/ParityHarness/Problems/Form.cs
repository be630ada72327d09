namespace ParityHarness.Problems;

/// <summary>Which of PyTorch's two forms is called. The numbers are those of parity_runner.h.</summary>
public enum Form
{
    /// <summary>torch.nn.functional.conv_transpose1d.</summary>
    Functional = 0,

    /// <summary>torch.nn.ConvTranspose1d.</summary>
    Module = 1,
}
