using ParityHarness.Data;
using ParityHarness.Problems;

namespace ParityHarness.Runners;

/// <summary>
/// An implementation of ConvTranspose1d. Reference and candidate are roles; both are runners.
/// </summary>
public interface IRunner : IDisposable
{
    /// <summary>The name by which it is chosen, e.g. libtorch or kernel:512.</summary>
    string Name { get; }

    /// <summary>The version of what computes, e.g. 1.13.1.</summary>
    string Version { get; }

    /// <summary>Further facts for people: BLAS, instruction set, threads. May be empty.</summary>
    string Details { get; }

    /// <summary>Whether it reads input and weight by <see cref="Tensor.Strides"/>; if not, it is given dense tensors only.</summary>
    bool TakesStrides => false;

    /// <summary>Whether <see cref="Run"/> may be called from several threads at once.</summary>
    bool IsConcurrent => true;

    /// <summary>
    /// Computes one problem. Fills <paramref name="outcome"/>; does not throw for what the problem asks.
    /// The output tensor is reshaped and poisoned by the runner before it computes. Inputs are not modified.
    /// </summary>
    void Run(Problem problem, TensorSet tensors, Outcome outcome);
}
