namespace ParityHarness.Failures;

/// <summary>How a hypothesis stands to what came of a problem.</summary>
internal enum Fit
{
    /// <summary>It predicts the right answer here, or nothing that can be compared.</summary>
    SaysNothing,

    /// <summary>It predicts the wrong answer that was given.</summary>
    Explains,

    /// <summary>It predicts another answer than the one that was given.</summary>
    Contradicts,
}
