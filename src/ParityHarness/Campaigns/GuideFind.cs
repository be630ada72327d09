namespace ParityHarness.Campaigns;

/// <summary>A problem that passed and came nearer to failing than any before it in its niche.</summary>
/// <param name="Niche">What is climbed towards, and the size of the sums: <see cref="GuideScore.Niches"/>.</param>
/// <param name="Ratio">How near.</param>
/// <param name="Line">The problem.</param>
internal readonly record struct GuideFind(byte Niche, double Ratio, string Line)
{
    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Niche);
        writer.Write(Ratio);
        writer.Write(Line);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static GuideFind Read(BinaryReader reader) => new(reader.ReadByte(), reader.ReadDouble(), reader.ReadString());
}
