using System.Diagnostics;

using ParityHarness.Problems;

namespace ParityHarness.Runners.Pipe;

/// <summary>How a process ended, in words.</summary>
internal static class ProcessEnd
{
    /// <summary>Of a process that has ended: the signal or the exit code, with the line that it wrote to say why, if any.</summary>
    public static string Describe(Process process, string said)
    {
        var code = process.ExitCode;
        var how = code > 128 && !OperatingSystem.IsWindows() ? $"was killed by {SignalName(code - 128)}" : $"ended its process with exit code {code}";
        return said.Length == 0 ? how : $"{how} ({said})";
    }

    /// <summary>Why a process has ended. An access violation in .NET code ends it by abort, and only what it said last tells.</summary>
    public static FaultCause CauseOf(Process process, string said) => OperatingSystem.IsWindows() || process.ExitCode <= 128
        ? FaultCause.Exit
        : (process.ExitCode - 128) switch
        {
            _ when said.Contains("AccessViolation", StringComparison.Ordinal) => FaultCause.InvalidAccess,
            4 => FaultCause.IllegalInstruction,
            6 => FaultCause.Abort,
            7 or 11 => FaultCause.InvalidAccess,
            8 => FaultCause.DivisionByZero,
            _ => FaultCause.Signal,
        };

    /// <summary>Ends a process and those that it has started.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static string SignalName(int signal) => signal switch
    {
        4 => "SIGILL (illegal instruction)",
        6 => "SIGABRT (abort)",
        7 => "SIGBUS (bad memory access)",
        8 => "SIGFPE (division by zero)",
        9 => "SIGKILL",
        11 => "SIGSEGV (invalid memory access)",
        15 => "SIGTERM",
        _ => $"signal {signal}",
    };
}
