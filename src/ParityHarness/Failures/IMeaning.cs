using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>What a call may be taken to mean.</summary>
internal interface IMeaning
{
    /// <summary>What is said of an implementation whose answers are this meaning's: one sentence; several meanings may share it.</summary>
    string Cause { get; }

    /// <summary>Whether the meaning is another one than the right one at such sizes, and can be evaluated.</summary>
    bool IsAnother(in Sizes sizes, Pass pass);

    /// <summary>The shape of the answer; an unbatched one has a batch of 1.</summary>
    long[] Shape(in Sizes sizes, Pass pass);

    /// <summary>The answer.</summary>
    /// <exception cref="IndexOutOfRangeException">Read so, the tensors end too early.</exception>
    Prediction Predict(in Sizes sizes, Evidence data);
}
