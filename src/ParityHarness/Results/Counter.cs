namespace ParityHarness.Results;

/// <summary>What a <see cref="Tally"/> counts beside the outcomes of problems. A value that is added here is sent, kept and summed up.</summary>
internal enum Counter
{
    /// <summary>Problems for which the sides were asked again.</summary>
    Repeated,

    /// <summary>Those of them for which the sides were held against their own answers to related problems.</summary>
    Related,

    /// <summary>Times a worker died and was started again.</summary>
    Restarts,

    /// <summary>Outputs that could not be judged since they may overflow.</summary>
    Unjudged,

    /// <summary>Outputs that are +0 on one side and -0 on the other.</summary>
    SignedZeros,

    /// <summary>Problems rejected by both for different reasons.</summary>
    ReasonsDiffer,

    /// <summary>Problems whose candidate assert_close would have refused though the bound accepts it.</summary>
    TorchWouldRefuse,

    /// <summary>Unsupported problems in which the candidate was judged by nobody, since it does not do them or their values have no oracle.</summary>
    UnsupportedByCandidate,

    /// <summary>Problems that --where leaves out; they are not counted otherwise.</summary>
    LeftOut,

    /// <summary>Problems outside of --only, or of what the candidate offers; they are not counted otherwise.</summary>
    OutsideScope,
}
