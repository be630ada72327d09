using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>What an implementation may have taken a call to mean: it predicts the outcome, the shape and the values of every problem.</summary>
internal interface IDefectHypothesis
{
    /// <summary>What is said of an implementation whose answers are these: one sentence; several hypotheses may share it.</summary>
    string Cause { get; }

    /// <summary>Whether it predicts another answer than the right one at such sizes.</summary>
    bool IsAnother(in Sizes sizes, Pass pass);

    /// <summary>The shape of the answer, an unbatched one with a batch of 1; null where the problem is rejected.</summary>
    long[]? Shape(in Sizes sizes, Pass pass);

    /// <summary>The answer; null where only its shape is predicted.</summary>
    /// <exception cref="IndexOutOfRangeException">Read so, the tensors end too early.</exception>
    Prediction? Predict(in Sizes sizes, Evidence data);
}
