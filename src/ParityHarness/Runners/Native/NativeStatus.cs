namespace ParityHarness.Runners.Native;

/// <summary>What a native library returns: the statuses of parity_runner.h.</summary>
internal enum NativeStatus
{
    Completed = 0,
    Rejected = 1,
    Unsupported = 2,
    Faulted = 3,
    TooSmall = 4,
    WrongVersion = 5,
}
