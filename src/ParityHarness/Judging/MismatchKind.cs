namespace ParityHarness.Judging;

/// <summary>In what two sides differ.</summary>
internal enum MismatchKind
{
    /// <summary>In nothing.</summary>
    None,

    /// <summary>One completed, the other rejected.</summary>
    Outcome,

    /// <summary>Both rejected, for different reasons; fails only with --strict-reasons.</summary>
    Reason,

    /// <summary>The output's dtype.</summary>
    DType,

    /// <summary>The output's shape.</summary>
    Shape,

    /// <summary>A value is outside the error bound, or not the exact one where nothing can round.</summary>
    Value,

    /// <summary>NaN or an infinity where there is none, or the other way round.</summary>
    Special,

    /// <summary>Inside the bound, but the rms error is more than 16 times the other side's.</summary>
    Accuracy,

    /// <summary>A crash, a hang, memory, an internal error, a read or write outside the tensors, a modified input.</summary>
    Fault,

    /// <summary>Asked again, in another layout or from several threads at once, a side gives another answer.</summary>
    Repetition,

    /// <summary>A side's answers to two related problems do not fit each other, e.g. each group by itself and all at once.</summary>
    Relation,

    /// <summary>The floating-point environment was changed.</summary>
    Environment,

    /// <summary>The live reference no longer gives what a fixture recorded.</summary>
    Drift,
}
