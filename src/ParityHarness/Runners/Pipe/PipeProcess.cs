using System.Diagnostics;
using System.Runtime.InteropServices;

using ParityHarness.Problems;

namespace ParityHarness.Runners.Pipe;

/// <summary>The process of a program that speaks the pipe protocol: it is started, ended, and started anew.</summary>
internal sealed partial class PipeProcess
{
    private const short Readable = 1;

    private static readonly HashSet<PipeProcess> Running = [];

    private readonly ProcessStartInfo _start;
    private Process? _process;
    private KeptText? _errors;

    /// <summary>A process that is not started yet.</summary>
    /// <param name="program">The program's file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What stands in its environment beside what stands in this process's.</param>
    public PipeProcess(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        _start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            _start.Environment[key] = value;
        }
    }

    /// <summary>Its standard input.</summary>
    public Stream Requests { get; private set; } = Stream.Null;

    /// <summary>Its standard output.</summary>
    public Stream Answers { get; private set; } = Stream.Null;

    /// <summary>Whether it has written what nobody has read yet. Not seen on Windows.</summary>
    public bool HasUnread
    {
        get
        {
            if (OperatingSystem.IsWindows() || Answers is not System.IO.Pipes.PipeStream pipe)
            {
                return false;
            }

            var descriptor = new PollDescriptor { Descriptor = (int)pipe.SafePipeHandle.DangerousGetHandle(), Events = Readable };
            return Poll(ref descriptor, 1, 0) > 0 && (descriptor.Happened & Readable) != 0;
        }
    }

    /// <summary>Whether it was started and not ended here; it may have ended by itself.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>Processor time since it was started; null where it does not run.</summary>
    public TimeSpan? ProcessorTime
    {
        get
        {
            try
            {
                return _process?.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }

    /// <summary>Why it ended by itself.</summary>
    public FaultCause CauseOfEnd => _process is { HasExited: true } process ? ProcessEnd.CauseOf(process, _errors!.LastLine) : FaultCause.Unspecified;

    /// <summary>Ends all of them, where this process is about to end itself.</summary>
    public static void EndAll()
    {
        PipeProcess[] running;
        lock (Running)
        {
            running = [.. Running];
        }

        foreach (var process in running)
        {
            process.Kill();
        }
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public void Start()
    {
        _process = Process.Start(_start)!;
        lock (Running)
        {
            Running.Add(this);
        }

        _errors = new KeptText(_process.StandardError.BaseStream);
        Requests = _process.StandardInput.BaseStream;
        Answers = _process.StandardOutput.BaseStream; // without a buffer, so that HasUnread sees all that is not read
    }

    /// <summary>What it did, whose pipe is closed: it has ended, or is about to, and what it said last may still be on its way.</summary>
    public string DescribeEnd()
    {
        if (!_process!.WaitForExit(2000))
        {
            return "closed its standard output";
        }

        _errors!.WaitForEnd(TimeSpan.FromSeconds(1));
        // Of an uncaught exception in Python the last line is the one that says why.
        return ProcessEnd.Describe(_process, _errors.LastLine);
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (_process is { } process)
        {
            ProcessEnd.Kill(process);
        }
    }

    /// <summary>Closes its input, and ends it where it does not end by that.</summary>
    public void End()
    {
        lock (Running)
        {
            Running.Remove(this);
        }

        if (_process is null)
        {
            return;
        }

        try
        {
            Requests.Dispose();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        if (!_process.WaitForExit(1000))
        {
            Kill();
        }

        Answers.Dispose();
        _process.Dispose();
        _process = null;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
