using System.Text;

namespace ParityHarness.Results;

/// <summary>
/// In which way a problem failed, as text: two failures are of one kind where the texts are equal. It names the kind of
/// mismatch, the side, and how each side ended; numbers, which depend on the problem, are left out.
/// </summary>
public static class FailureKind
{
    /// <summary>The kind of a row's failure; null where the problem did not fail.</summary>
    public static string? Of(ResultRow row) => row["verdict"] == "failed"
        ? $"{row["kind"]} {row["side"]}, reference {Ending(row["reference_outcome"])}, candidate {Ending(row["candidate_outcome"])}"
        : null;

    private static string Ending(string outcome)
    {
        if (outcome.StartsWith("rejected (", StringComparison.Ordinal))
        {
            return outcome[..(outcome.IndexOf(')', StringComparison.Ordinal) + 1)];
        }

        var text = new StringBuilder();
        foreach (var letter in outcome)
        {
            if (!char.IsAsciiDigit(letter))
            {
                text.Append(letter);
            }
        }

        return text.ToString();
    }
}
