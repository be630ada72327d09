namespace ParityHarness.Problems;

/// <summary>How a call ended. The numbers are the statuses of parity_runner.h.</summary>
public enum OutcomeKind
{
    /// <summary>There is an output.</summary>
    Completed = 0,

    /// <summary>The parameters were refused as illegal.</summary>
    Rejected = 1,

    /// <summary>The runner does not do such problems.</summary>
    Unsupported = 2,

    /// <summary>It should have worked: out of memory, an internal error, a crash, a hang.</summary>
    Faulted = 3,
}
