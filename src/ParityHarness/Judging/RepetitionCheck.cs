namespace ParityHarness.Judging;

/// <summary>
/// The ways in which a side is asked again: for the bits of its first answer (<see cref="RepetitionChecks"/>), or for
/// answers to other problems that are related to it (<see cref="RelationChecks"/>).
/// </summary>
internal enum RepetitionCheck
{
    /// <summary>Not asked again.</summary>
    None,

    /// <summary>With the same tensors.</summary>
    Again,

    /// <summary>With tensors, and an output, that are aligned to their elements only.</summary>
    OddOffset,

    /// <summary>With tensors, and an output, right before a page that can be neither read nor written.</summary>
    BeforeGuardPage,

    /// <summary>With tensors, and an output, right after such a page.</summary>
    AfterGuardPage,

    /// <summary>With strided input and weight.</summary>
    Strided,

    /// <summary>With input and weight expanded along a dimension.</summary>
    Expanded,

    /// <summary>From several threads at once.</summary>
    Threads,

    /// <summary>Each group by itself.</summary>
    Groups,

    /// <summary>Each item of the batch by itself.</summary>
    Rows,

    /// <summary>With zeros between the inputs in place of a stride.</summary>
    Zeros,

    /// <summary>With the input in two parts.</summary>
    Parts,

    /// <summary>With the sign of one element in the middle of an operand changed in place: see <see cref="StateChecks"/>.</summary>
    ChangedInPlace,

    /// <summary>Beside a problem with other arguments and the same shapes.</summary>
    Neighbour,

    /// <summary>Beside a problem with a longer input.</summary>
    OtherLength,

    /// <summary>Beside a problem of another dtype.</summary>
    OtherDType,

    /// <summary>With input and output aligned unlike each other.</summary>
    UnlikePlaces,

    /// <summary>For the shape alone, without room for an output.</summary>
    ShapeAlone,
}
