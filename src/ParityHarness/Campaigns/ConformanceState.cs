namespace ParityHarness.Campaigns;

/// <summary>A cell in a word, the best first.</summary>
internal enum ConformanceState
{
    /// <summary>All that was judged is right.</summary>
    Right,

    /// <summary>Nothing could be judged.</summary>
    NotJudged,

    /// <summary>No problem was of the class.</summary>
    NotTried,

    /// <summary>The implementation does no such problem.</summary>
    NotOffered,

    /// <summary>Something is wrong.</summary>
    Wrong,

    /// <summary>Its process died, and all else is right.</summary>
    Dies,
}
