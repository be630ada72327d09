using System.Diagnostics;

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
