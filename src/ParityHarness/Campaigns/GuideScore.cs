using ParityHarness.Comparison;

namespace ParityHarness.Campaigns;

/// <summary>How near to failing a problem came that passed; 0 for any other, which is found already or cannot fail so.</summary>
/// <param name="Size">Products of an output, as a power of 2: errors grow with them otherwise than bounds do.</param>
/// <param name="Error">The candidate's largest error over the bound.</param>
/// <param name="Accuracy">The candidate's rms error over what it is compared with.</param>
internal readonly record struct GuideScore(byte Size, double Error, double Accuracy)
{
    /// <summary>The score of a judgement.</summary>
    public static GuideScore Of(Judgement judgement) => judgement is { Verdict: Verdict.Passed, RoundedProducts: > 0 }
        ? new GuideScore((byte)Math.Clamp(Math.ILogB(judgement.RoundedProducts), 0, ErrorCounts.Sizes - 1), judgement.CandidateErrorOverBound, judgement.CandidateAccuracy ?? 0)
        : default;

    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Size);
        writer.Write(Error);
        writer.Write(Accuracy);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static GuideScore Read(BinaryReader reader) => new(reader.ReadByte(), reader.ReadDouble(), reader.ReadDouble());
}
