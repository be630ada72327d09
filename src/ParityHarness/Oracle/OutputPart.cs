using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>
/// One tensor of an answer, as rows of elements: the output of the forward pass, or a gradient. An answer of several
/// gradients holds one after the other.
/// </summary>
/// <param name="Pass">Forward, or which gradient.</param>
/// <param name="Start">The flat index of its first element in the answer.</param>
/// <param name="Rows">N * Cout of the output, N * Cin of grad_input, Cin * Cout/groups of grad_weight, 1 of grad_bias.</param>
/// <param name="Length">Lout, L, K, or Cout.</param>
internal readonly record struct OutputPart(Pass Pass, long Start, long Rows, long Length)
{
    /// <summary>The flat index after its last element.</summary>
    public long End => Start + Rows * Length;
}
