using ParityHarness.Problems;

namespace ParityHarness.Runners;

/// <summary>
/// Thrown by a function that refuses its parameters as PyTorch does. Any other <see cref="ArgumentException"/> that its own code throws
/// is a rejection too, without a category.
/// </summary>
/// <param name="reason">The rule that is broken.</param>
/// <param name="message">The function's own words.</param>
public sealed class RejectedException(RejectionReason reason, string message) : ArgumentException(message)
{
    /// <summary>The rule that is broken.</summary>
    public RejectionReason Reason => reason;
}
