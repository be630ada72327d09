namespace ParityHarness;

/// <summary>The harness cannot go on; one line that says why and what to do.</summary>
public sealed class HarnessException(string message, bool isUsage = false) : Exception(message)
{
    /// <summary>Whether the user's input is at fault (exit 2) rather than the harness or the machine (exit 3).</summary>
    public bool IsUsage => isUsage;
}
