using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>One kind of sum over the products of a row of outputs.</summary>
/// <typeparam name="T">The type of the operands.</typeparam>
internal interface IRowSum<T>
    where T : unmanaged
{
    /// <summary>
    /// Adds all products. Those of each tap are summed over input channels into a row over l, which is then added to the
    /// outputs that the tap reaches, a stride apart.
    /// </summary>
    /// <param name="operands">Input and weight of the row.</param>
    /// <param name="reaches">What each tap brings into the window.</param>
    /// <param name="values">The values of the window.</param>
    /// <param name="shift">Added to the index of an output's value to give its place in the window.</param>
    /// <param name="step">Values of an element: 1, or 2 of complex numbers.</param>
    void Add(in RowOperands<T> operands, ReadOnlySpan<Reach> reaches, in ValueSpans values, long shift, int step);
}
