namespace ParityHarness.Kernels;

/// <summary>A problem that PyTorch rejects too; the message is close to PyTorch's first line.</summary>
public sealed class ConvTranspose1dException : ArgumentException
{
    /// <summary>A rejection without a reason.</summary>
    public ConvTranspose1dException()
    {
    }

    /// <summary>A rejection with a message only.</summary>
    public ConvTranspose1dException(string? message)
        : base(message)
    {
    }

    /// <summary>A rejection with a message and what caused it.</summary>
    public ConvTranspose1dException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A rejection for <paramref name="reason"/>.</summary>
    public ConvTranspose1dException(RejectionReason reason, string? message)
        : base(message)
    {
        Reason = reason;
    }

    /// <summary>The category, which is what is compared between implementations.</summary>
    public RejectionReason Reason { get; }
}
