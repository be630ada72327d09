using System.Text.Json.Serialization;

using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Campaigns;

/// <summary>Work for one go of a worker.</summary>
/// <param name="Start">First index. Indices below 0 are the witnesses of known divergences: -1 is the first.</param>
/// <param name="Count">Number of cases.</param>
/// <param name="ReferenceFault">Where the reference's process died twice at this case: how; it is not run again.</param>
/// <param name="CandidateFault">The same for the candidate.</param>
/// <param name="ReferenceCheckFault">Where the reference's process died at this case when it was asked again: how; it is not asked again any more.</param>
/// <param name="CandidateCheckFault">The same for the candidate.</param>
/// <param name="DiedOnce">Where a process died at this case but not when it was tried again: how.</param>
/// <param name="DiedOnceIn">And on which side it was; None in the harness' own steps, where nobody knows who has spoilt the process.</param>
/// <param name="Lines">Problems to be run in place of the cases, one line each, or null.</param>
/// <param name="Once">Whether each problem is asked once only, and not again in other ways.</param>
internal sealed record Order(
    long Start,
    long Count,
    Fault? ReferenceFault = null,
    Fault? CandidateFault = null,
    Fault? ReferenceCheckFault = null,
    Fault? CandidateCheckFault = null,
    Fault? DiedOnce = null,
    Side DiedOnceIn = Side.None,
    IReadOnlyList<string>? Lines = null,
    bool Once = false)
{
    /// <summary>The index after the last.</summary>
    [JsonIgnore]
    public long End => Start + Count;

    /// <summary>A part of it.</summary>
    public Order Part(long start, long count) => (start, count) == (Start, Count)
        ? this
        : this with { Start = start, Count = count, Lines = Lines is { } lines ? [.. lines.Skip((int)(start - Start)).Take((int)count)] : null };
}
