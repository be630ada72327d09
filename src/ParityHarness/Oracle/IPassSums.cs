namespace ParityHarness.Oracle;

/// <summary>The sums of one pass: the forward pass or gradients. Evaluates windows of rows, and knows their bounds.</summary>
internal interface IPassSums
{
    /// <summary>The tensors of the answer.</summary>
    IReadOnlyList<OutputPart> Parts { get; }

    /// <summary>Real products (for grad_bias summands) of all elements.</summary>
    double Products { get; }

    /// <summary>The largest number of products that enter an element.</summary>
    double MostProducts { get; }

    /// <summary>Whether elements may be such as are not defined.</summary>
    bool HasUndefined { get; }

    /// <summary>How many products enter an element at this position of a row; of a complex one, complex products.</summary>
    long ProductsAt(in OutputPart part, long position);

    /// <summary>What the bound of the element at this position is of its magnitude, and what is added to it for underflow.</summary>
    (double Gamma, double Underflow) BoundsAt(in OutputPart part, long position);

    /// <summary>Evaluates positions [from, to) of a row into cleared values.</summary>
    /// <returns>How many values are fed by a product or a bias.</returns>
    int Evaluate(in OutputPart part, long row, long from, long to, in ValueSpans values);
}
