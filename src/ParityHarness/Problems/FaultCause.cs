namespace ParityHarness.Problems;

/// <summary>Why a call that should have worked did not, or how its process ended.</summary>
internal enum FaultCause
{
    /// <summary>There is no fault.</summary>
    None,

    /// <summary>A fault that is told in the runner's own words only.</summary>
    Unspecified,

    /// <summary>It took longer than the time limit, and its process was ended.</summary>
    Timeout,

    /// <summary>It read or wrote memory that cannot be accessed: SIGSEGV, SIGBUS, or .NET's AccessViolationException.</summary>
    InvalidAccess,

    /// <summary>It called abort: SIGABRT.</summary>
    Abort,

    /// <summary>It divided an integer by zero: SIGFPE.</summary>
    DivisionByZero,

    /// <summary>It met an instruction that the processor does not have: SIGILL.</summary>
    IllegalInstruction,

    /// <summary>Another signal ended its process.</summary>
    Signal,

    /// <summary>It ended its process with an exit code.</summary>
    Exit,

    /// <summary>It threw an exception.</summary>
    Exception,

    /// <summary>It damaged its process, which died later elsewhere.</summary>
    CorruptedProcess,

    /// <summary>It wrote a response that the protocol does not know.</summary>
    InvalidResponse,

    /// <summary>It read or wrote beyond a tensor's end.</summary>
    BeyondEnd,

    /// <summary>It read or wrote before a tensor's start.</summary>
    BeforeStart,

    /// <summary>It modified input.</summary>
    ModifiedInput,

    /// <summary>It modified weight.</summary>
    ModifiedWeight,

    /// <summary>It modified bias.</summary>
    ModifiedBias,

    /// <summary>It modified grad_output.</summary>
    ModifiedGradOutput,
}
