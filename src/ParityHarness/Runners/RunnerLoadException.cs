namespace ParityHarness.Runners;

/// <summary>A runner cannot be had; the message is one line that says why and what to do.</summary>
internal sealed class RunnerLoadException : Exception
{
    /// <summary>With a message.</summary>
    public RunnerLoadException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public RunnerLoadException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
