namespace ParityHarness.Judging;

/// <summary>Which side is wrong.</summary>
[Flags]
internal enum Side
{
    /// <summary>Neither, or it cannot be said.</summary>
    None = 0,

    /// <summary>The implementation under test.</summary>
    Candidate = 1,

    /// <summary>The implementation it is held against.</summary>
    Reference = 2,

    /// <summary>Both.</summary>
    Both = Candidate | Reference,
}
