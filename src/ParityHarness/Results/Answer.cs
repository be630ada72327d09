using System.Text.Json.Serialization;

using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Results;

/// <summary>How a side answered, without its output.</summary>
/// <param name="Kind">How the call ended.</param>
/// <param name="Reason">Why it rejected the problem; unspecified where it did not.</param>
/// <param name="Fault">Why it failed; none where it did not.</param>
/// <param name="Message">The side's own words; empty when it completed. Nothing depends on them.</param>
internal readonly record struct Answer(OutcomeKind Kind, RejectionReason Reason, FaultCause Fault, string Message)
{
    /// <summary>The answer that an outcome holds.</summary>
    public static Answer Of(Outcome outcome) => new(outcome.Kind, outcome.Reason, outcome.Cause, outcome.Message);

    /// <summary>How it ended, in the words of a CSV file and without the side's own: completed, rejected (stride), faulted (timeout).</summary>
    [JsonIgnore]
    public string Ending => Kind switch
    {
        OutcomeKind.Rejected => $"rejected ({ReasonText.Format(Reason)})",
        OutcomeKind.Faulted when Fault is not (FaultCause.None or FaultCause.Unspecified) => $"faulted ({Words.Of(Fault)})",
        _ => Words.Of(Kind),
    };

    /// <summary>The field of a CSV file: <see cref="Ending"/>, and after a colon the side's own words.</summary>
    public override string ToString() => Kind == OutcomeKind.Completed ? Ending : $"{Ending}: {Message}";

    /// <summary>Reads <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">It is not such a field.</exception>
    public static Answer Parse(string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var (ending, message) = colon < 0 ? (text.TrimEnd(':'), "") : (text[..colon], text[(colon + 2)..]);
        var open = ending.IndexOf(" (", StringComparison.Ordinal);
        var (word, cause) = open < 0 || ending[^1] != ')' ? (ending, "") : (ending[..open], ending[(open + 2)..^1]);
        var kind = Words.Parse<OutcomeKind>(word);
        return new Answer(
            kind,
            kind == OutcomeKind.Rejected && cause.Length > 0 ? ReasonText.Parse(cause) : RejectionReason.Unspecified,
            kind == OutcomeKind.Faulted ? cause.Length > 0 ? Words.Parse<FaultCause>(cause) : FaultCause.Unspecified : FaultCause.None,
            message);
    }
}
