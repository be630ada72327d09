using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners;

/// <summary>
/// What a runner answered. The caller owns the object and hands it in to be filled, so that its memory is reused.
/// </summary>
public sealed class Outcome : IDisposable
{
    /// <summary>How the call ended.</summary>
    public OutcomeKind Kind { get; private set; }

    /// <summary>The output; meaningful when <see cref="Kind"/> is completed.</summary>
    public Tensor Output { get; } = new();

    /// <summary>Why the call was rejected.</summary>
    public RejectionReason Reason { get; private set; }

    /// <summary>The runner's own words, in one line; empty when completed.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Why it failed; none where it did not.</summary>
    internal FaultCause Cause { get; private set; }

    /// <summary>The fault is that the floating-point environment was changed.</summary>
    public bool ChangedEnvironment { get; private set; }

    /// <summary>The output is there.</summary>
    public void Complete()
    {
        Kind = OutcomeKind.Completed;
        Reason = RejectionReason.Unspecified;
        Cause = FaultCause.None;
        ChangedEnvironment = false;
        Message = "";
    }

    /// <summary>
    /// Gives the output a dtype and a shape, and poisons it. False, and the outcome says why, where it is too large or memory is short.
    /// </summary>
    internal bool TryPrepare(DType dtype, long[] shape)
    {
        if (ProblemSize.CountOf(shape) is not { } count || count > Array.MaxLength / dtype.Parts())
        {
            Unsupport($"an output of shape [{string.Join(", ", shape)}] is beyond 2^31 - 1 elements");
            return false;
        }

        try
        {
            Output.Reshape(dtype, shape);
        }
        catch (ProblemDataException e)
        {
            Fault(e.Message);
            return false;
        }

        Output.Poison();
        return true;
    }

    /// <summary>The parameters were refused.</summary>
    public void Reject(RejectionReason reason, string message) => Set(OutcomeKind.Rejected, reason, message);

    /// <summary>The runner does not do such problems.</summary>
    public void Unsupport(string message) => Set(OutcomeKind.Unsupported, RejectionReason.Unspecified, message);

    /// <summary>It should have worked.</summary>
    public void Fault(string message) => Fault(message, FaultCause.Unspecified);

    /// <summary>It should have worked, and it is known why it did not.</summary>
    internal void Fault(string message, FaultCause cause)
    {
        Set(OutcomeKind.Faulted, RejectionReason.Unspecified, message);
        Cause = cause;
    }

    /// <summary>It changed the floating-point environment, which has been put back.</summary>
    public void FaultEnvironment(string message)
    {
        Fault(message);
        ChangedEnvironment = true;
    }

    /// <inheritdoc/>
    public void Dispose() => Output.Dispose();

    private void Set(OutcomeKind kind, RejectionReason reason, string message)
    {
        Kind = kind;
        Reason = reason;
        Cause = FaultCause.None;
        ChangedEnvironment = false;
        Message = OneLine.Of(message);
    }
}
