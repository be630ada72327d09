namespace ParityHarness.Judging;

/// <summary>What a worker is doing; where it dies or hangs, this tells which side is to blame.</summary>
internal enum Phase
{
    /// <summary>Waiting for work.</summary>
    Idle,

    /// <summary>Making the tensors.</summary>
    Data,

    /// <summary>In the reference.</summary>
    Reference,

    /// <summary>In the candidate.</summary>
    Candidate,

    /// <summary>In the comparer.</summary>
    Comparison,
}
