using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>One gradient of an answer: a tensor of rows, of which an answer of several gradients holds one after the other.</summary>
/// <param name="Gradient">Which.</param>
/// <param name="Start">The flat index of its first element in the answer.</param>
/// <param name="Rows">N * Cin of grad_input, Cin * Cout/groups of grad_weight, 1 of grad_bias.</param>
/// <param name="Length">L, K, or Cout.</param>
internal readonly record struct GradientPart(Pass Gradient, long Start, long Rows, long Length)
{
    /// <summary>The flat index after its last element.</summary>
    public long End => Start + Rows * Length;
}
