namespace ParityHarness.Runners;

/// <summary>
/// An implementation of torch.nn.functional.conv_transpose1d as a plain function: the elements of the output, row-major.
/// It throws <see cref="ArgumentException"/> (or <see cref="RejectedException"/>, with the reason) for what PyTorch rejects, and
/// <see cref="NotSupportedException"/> or <see cref="NotImplementedException"/> for what is legal in PyTorch but beyond it. Any other
/// exception is a fault, and so is an <see cref="ArgumentException"/> that .NET itself throws, as for an index outside a span.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="input">The input's elements, row-major; their shape is in <paramref name="parameters"/>.</param>
/// <param name="weight">The weight's elements, row-major; their shape is in <paramref name="parameters"/>.</param>
/// <param name="bias">[Cout], though a problem that is to be rejected may have another length; null without a bias.</param>
/// <param name="parameters">All else.</param>
/// <returns>[N, Cout, Lout], or [Cout, Lout] where the input is [Cin, L].</returns>
public delegate T[] ConvTranspose1dFunction<T>(T[] input, T[] weight, T[]? bias, ConvTranspose1dParameters parameters)
    where T : unmanaged;
