namespace ParityHarness.Kernels;

/// <summary>Two float32 beside each other. PyTorch's complex64; complex128 is <see cref="System.Numerics.Complex"/>.</summary>
/// <param name="Real">The real part.</param>
/// <param name="Imaginary">The imaginary part.</param>
public readonly record struct Complex64(float Real, float Imaginary);
