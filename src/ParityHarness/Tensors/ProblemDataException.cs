namespace ParityHarness.Tensors;

/// <summary>The tensors that a problem describes cannot be made.</summary>
internal sealed class ProblemDataException(string message) : Exception(message);
