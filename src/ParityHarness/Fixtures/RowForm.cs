namespace ParityHarness.Fixtures;

/// <summary>In which of PyTorch's forms a row is run.</summary>
internal enum RowForm
{
    /// <summary>As the problem's line says.</summary>
    AsWritten,

    /// <summary>torch.nn.functional.conv_transpose1d.</summary>
    Functional,

    /// <summary>torch.nn.ConvTranspose1d.</summary>
    Module,

    /// <summary>In each of the two, and both must give the row's answer.</summary>
    Both,
}
