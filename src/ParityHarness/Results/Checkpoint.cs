namespace ParityHarness.Results;

/// <summary>How far a campaign has come; from it the rest can be run as if it had never been interrupted.</summary>
internal sealed class Checkpoint
{
    /// <summary>All cases below this index that fall to the shard are done.</summary>
    public required long Next { get; init; }

    /// <summary>What came of them.</summary>
    public required Tally Tally { get; init; }

    /// <summary>Time that they took, over all sessions.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Deaths of workers that count against the candidate.</summary>
    public int Crashes { get; init; }

    /// <summary>Hangs of workers that do.</summary>
    public int Hangs { get; init; }

    /// <summary>The distinct kinds of failure so far; kept only where their number ends the campaign.</summary>
    public IReadOnlyCollection<string> Kinds { get; init; } = [];

    /// <summary>Writes all.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Next);
        writer.Write(Elapsed.Ticks);
        writer.Write(Crashes);
        writer.Write(Hangs);
        writer.Write(Kinds.Count);
        foreach (var kind in Kinds)
        {
            writer.Write(kind);
        }

        Tally.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Checkpoint Read(BinaryReader reader)
    {
        var (next, elapsed, crashes, hangs) = (reader.ReadInt64(), TimeSpan.FromTicks(reader.ReadInt64()), reader.ReadInt32(), reader.ReadInt32());
        var kinds = new string[reader.ReadInt32()];
        for (var i = 0; i < kinds.Length; i++)
        {
            kinds[i] = reader.ReadString();
        }

        return new Checkpoint { Next = next, Elapsed = elapsed, Crashes = crashes, Hangs = hangs, Kinds = kinds, Tally = Tally.Read(reader) };
    }
}
