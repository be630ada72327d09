using System.Text.Json.Serialization;

namespace ParityHarness.Campaigns;

/// <summary>What an implementation did with the problems of a class.</summary>
internal sealed record ConformanceCell
{
    /// <summary>Right by PyTorch's rules and the oracle.</summary>
    public int Right { get; init; }

    /// <summary>Wrong.</summary>
    public int Wrong { get; init; }

    /// <summary>Problems over which its process died, or hung and was ended.</summary>
    public int Died { get; init; }

    /// <summary>Problems that it says it does not do.</summary>
    public int NotOffered { get; init; }

    /// <summary>Answers that nobody could judge.</summary>
    public int NotJudged { get; init; }

    /// <summary>Of those wrong or died over, how many a known divergence names.</summary>
    public int Named { get; init; }

    /// <summary>The smallest problem that it gets wrong, or dies over where it gets none wrong; empty where there is none.</summary>
    public string Smallest { get; init; } = "";

    /// <summary>What it does with that problem.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether known divergences name all that is wrong, and something is.</summary>
    [JsonIgnore]
    public bool IsAllNamed => Wrong + Died > 0 && Named == Wrong + Died;

    /// <summary>All problems of the class.</summary>
    [JsonIgnore]
    public int All => Right + Wrong + Died + NotOffered + NotJudged;

    /// <summary>The cell in a word: what was wrong once is never right.</summary>
    [JsonIgnore]
    public ConformanceState State =>
        Died > 0 && Wrong == 0 ? ConformanceState.Dies
        : Wrong > 0 ? ConformanceState.Wrong
        : Right > 0 ? ConformanceState.Right
        : NotJudged > 0 ? ConformanceState.NotJudged
        : NotOffered > 0 ? ConformanceState.NotOffered
        : ConformanceState.NotTried;
}
