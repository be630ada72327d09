namespace ParityHarness.Results;

/// <summary>On what workers spend their time; a <see cref="Tally"/> holds each in ticks of Stopwatch, over all workers.</summary>
internal enum TimeShare
{
    /// <summary>Calls of the reference.</summary>
    Reference,

    /// <summary>Calls of the candidate.</summary>
    Candidate,

    /// <summary>Computing what is exact.</summary>
    Oracle,

    /// <summary>Making tensors.</summary>
    Data,

    /// <summary>Asking sides again.</summary>
    Repetition,

    /// <summary>Problems in all.</summary>
    All,

    /// <summary>Between two ranges: saying what came of one, and being told the next.</summary>
    HandingOver,
}
