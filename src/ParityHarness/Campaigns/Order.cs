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
/// <param name="Guide">In a guided search: what the problems are made of; else null.</param>
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
    bool Once = false,
    IReadOnlyList<GuideFind>? Guide = null)
{
    /// <summary>The index after the last.</summary>
    public long End => Start + Count;

    /// <summary>A part of it.</summary>
    public Order Part(long start, long count) => (start, count) == (Start, Count)
        ? this
        : this with { Start = start, Count = count, Lines = Lines is { } lines ? [.. lines.Skip((int)(start - Start)).Take((int)count)] : null };

    /// <summary>Writes the order.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Start);
        writer.Write(Count);
        WriteFault(writer, ReferenceFault);
        WriteFault(writer, CandidateFault);
        WriteFault(writer, ReferenceCheckFault);
        WriteFault(writer, CandidateCheckFault);
        WriteFault(writer, DiedOnce);
        writer.Write((int)DiedOnceIn);
        writer.Write(Lines?.Count ?? 0);
        foreach (var line in Lines ?? [])
        {
            writer.Write(line);
        }

        writer.Write(Once);
        writer.Write(Guide?.Count ?? -1);
        foreach (var find in Guide ?? [])
        {
            find.Write(writer);
        }

        writer.Flush();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Order Read(BinaryReader reader)
    {
        var order = new Order(
            reader.ReadInt64(),
            reader.ReadInt64(),
            ReadFault(reader),
            ReadFault(reader),
            ReadFault(reader),
            ReadFault(reader),
            ReadFault(reader),
            (Side)reader.ReadInt32());
        var lines = new string[reader.ReadInt32()];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = reader.ReadString();
        }

        var once = reader.ReadBoolean();
        var finds = reader.ReadInt32() is >= 0 and var count ? new GuideFind[count] : null;
        for (var i = 0; i < finds?.Length; i++)
        {
            finds[i] = GuideFind.Read(reader);
        }

        return order with { Lines = lines.Length == 0 ? null : lines, Once = once, Guide = finds };
    }

    private static void WriteFault(BinaryWriter writer, Fault? fault)
    {
        writer.Write(fault is not null);
        if (fault is not null)
        {
            writer.Write((int)fault.Cause);
            writer.Write(fault.Message);
            writer.Write((int)fault.Check);
        }
    }

    private static Fault? ReadFault(BinaryReader reader) =>
        reader.ReadBoolean() ? new Fault((FaultCause)reader.ReadInt32(), reader.ReadString(), (RepetitionCheck)reader.ReadInt32()) : null;
}
