using ParityHarness.Problems;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;

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
    /// What it offers, by the words of --only with commas between them, e.g. <c>float32,forward</c>; empty for everything. It is not asked
    /// for anything else.
    /// </summary>
    string Scope => "";

    /// <summary>
    /// Computes one problem. Fills <paramref name="outcome"/>; does not throw for what the problem asks.
    /// The output tensor is reshaped and poisoned by the runner before it computes. Inputs are not modified.
    /// </summary>
    void Run(Problem problem, TensorSet tensors, Outcome outcome);

    /// <summary>
    /// Computes one problem as <see cref="Run"/> does, and makes it ready to be timed: in the module form with the weight
    /// in whatever layout a module keeps, in the functional form with nothing made of the weight. What it gives back
    /// computes from the same tensors, which stay as they are until it is disposed.
    /// </summary>
    /// <param name="problem">What is computed.</param>
    /// <param name="tensors">The numbers.</param>
    /// <param name="outcome">Filled; where it is not completed, or so many threads cannot be had, null is given back and it says why.</param>
    /// <param name="threads">1 or more.</param>
    internal IPreparedCall? Prepare(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        if (threads != 1)
        {
            outcome.Unsupport($"{Name} is timed on one thread only");
            return null;
        }

        Run(problem, tensors, outcome);
        return outcome.Kind == OutcomeKind.Completed ? new WholeCalls(this, problem, tensors, outcome) : null;
    }
}
