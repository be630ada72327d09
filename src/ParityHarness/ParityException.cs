namespace ParityHarness;

/// <summary>Parity does not hold. The message says how many problems failed and how, and shows the first of them.</summary>
public sealed class ParityException : Exception
{
    /// <summary>The exception of a check.</summary>
    /// <param name="message">What failed, for people; several lines.</param>
    /// <param name="result">All counts.</param>
    /// <param name="cause">The first exception that the implementation threw and that was not a rejection, or null.</param>
    public ParityException(string message, ParityResult result, Exception? cause = null)
        : base(message, cause) => Result = result;

    /// <summary>Counts, the first failures, and who ran.</summary>
    public ParityResult Result { get; }
}
