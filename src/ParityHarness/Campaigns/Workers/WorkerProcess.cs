using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;

using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Pipe;

namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// The coordinator's side of one worker: starts it, hands it orders, sees that it dies or hangs, and says how.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>Multiply-adds a second that even a plain loop on a busy machine does: so much is added to the time limit.</summary>
    private const double SlowestRate = 5e7;
    private const int MostStarts = 5;
    private const string InvalidResponse = "wrote an invalid response into the pipe between worker and coordinator and was ended";
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>Work in which a worker loads its runners and is compiled.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly CampaignSettings _settings;
    // Until a worker is started and its pipe ends are closed here, every process that is started inherits them: a
    // sibling that held the writing end would keep a dead worker's pipe open. So workers are started one by one.
    private static readonly Lock Starting = new();

    private readonly AnonymousPipeServerStream _orders;
    private readonly AnonymousPipeServerStream _answers;
    private readonly BufferedStream _reader;
    private readonly StatusCell _status = StatusCell.Create();
    private readonly Process? _process;
    private readonly Timer? _watch;
    private readonly KeptText? _errors;
    private long _seenSteps = -1;
    private WorkWatch? _work;
    private int _watching;
    private Order? _ahead;
    private Guid _aheadNonce;
    private bool _busy;
    private bool _hung;
    private string? _violation;
    private bool _disposed;

    private WorkerProcess(CampaignSettings settings, IReadOnlyList<string> command)
    {
        _settings = settings;
        lock (Starting)
        {
            _orders = new(PipeDirection.Out, HandleInheritability.Inheritable);
            _answers = new(PipeDirection.In, HandleInheritability.Inheritable, 1 << 16);
            _reader = new BufferedStream(_answers, 1 << 16);
            try
            {
                _process = Process.Start(StartInfo(command))!;
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                Dispose();
                throw new HarnessException($"a worker process could not be started: {e.Message}");
            }

            _orders.DisposeLocalCopyOfClientHandle();
            _answers.DisposeLocalCopyOfClientHandle();
        }

        _process.StandardInput.Close();
        _errors = new KeptText(_process.StandardError.BaseStream);
        _ = new KeptText(_process.StandardOutput.BaseStream); // a library's chatter
        _watch = new Timer(_ => Watch(), null, WatchPeriod, WatchPeriod);
    }

    /// <summary>Starts a worker and waits until its runners are loaded. One that is killed from outside is started again.</summary>
    /// <param name="settings">What it is to do.</param>
    /// <param name="command">The program and the arguments before the worker's own, e.g. parity worker.</param>
    /// <exception cref="HarnessException">It refused, or died or hung before it was ready.</exception>
    public static WorkerProcess Start(CampaignSettings settings, IReadOnlyList<string> command)
    {
        for (var starts = 1; ; starts++)
        {
            var worker = new WorkerProcess(settings, command);
            if (worker.IsReady(isLastTry: starts == MostStarts))
            {
                return worker;
            }
        }
    }

    /// <summary>The reference, as loaded there.</summary>
    public RunnerInfo Reference { get; private set; } = new("", "", "");

    /// <summary>The candidate, as loaded there.</summary>
    public RunnerInfo Candidate { get; private set; } = new("", "", "");

    /// <summary>Known divergences of the reference.</summary>
    public int Witnesses { get; private set; }

    /// <summary>Why the tensors of a case could not be made; the worker was then ended. Null where it died or hung.</summary>
    public string? Refusal { get; private set; }

    private TimeSpan CallLimit
    {
        get
        {
            var oneCall = TimeSpan.FromSeconds(_settings.TimeoutSeconds + _status.MultiplyAdds / SlowestRate);
            return _status.Check == RepetitionCheck.Threads ? CallTeam.Size * oneCall : oneCall; // they may share one core
        }
    }

    /// <summary>The harness' own steps: some 20 times what a call may take at most, since the oracle is no fast kernel, and for tiny problems half a minute.</summary>
    private TimeSpan OwnLimit => TimeSpan.FromSeconds(30 + 20 * _status.MultiplyAdds / SlowestRate);

    /// <summary>
    /// Runs an order; null when the worker died, hung, or could not make a case's tensors, and has ended. With the next order at
    /// hand the worker goes on at once, instead of waiting until this one's answer has been taken.
    /// </summary>
    public RangeResult? Run(Order order, Order? next = null)
    {
        _seenSteps = -1;
        Volatile.Write(ref _busy, true);
        try
        {
            var nonce = _ahead == order ? _aheadNonce : JsonPipe.Ask(_orders, order, WorkerJson.Default.Order);
            _ahead = next;
            if (next is not null)
            {
                _aheadNonce = JsonPipe.Ask(_orders, next, WorkerJson.Default.Order);
            }

            var answer = JsonPipe.ReadAnswer(_reader, nonce, WorkerJson.Default.WorkerAnswer);
            if (answer.Result is null)
            {
                Refusal = answer.Refusal ?? "it says nothing";
                Kill();
            }

            return answer.Result;
        }
        catch (InvalidDataException)
        {
            EndFor(InvalidResponse);
            return null;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            Volatile.Write(ref _busy, false);
        }
    }

    /// <summary>How the worker ended, and at what; waits for its end.</summary>
    public Death Autopsy()
    {
        var epitaph = Epitaph();
        if (_violation is not null)
        {
            // By the time it is seen the worker may have gone on to another step: the reference is none of ours to suspect first.
            return new Death(_status.Index, Phase.Candidate, RepetitionCheck.None, FaultCause.InvalidResponse, epitaph, Hung: false, Killed: false);
        }

        var cause = Refusal is not null ? FaultCause.Unspecified : _hung ? FaultCause.Timeout : ProcessEnd.CauseOf(_process!, _errors!.FirstLine);
        return new Death(_status.Index, _status.Phase, _status.Check, cause, epitaph, _hung, WasKilled);
    }

    /// <summary>
    /// Whether it ended by SIGKILL, and not by us: somebody, or the kernel that found no memory for all, has ended it. No
    /// crash of its own ends a process so.
    /// </summary>
    private bool WasKilled => !_hung && _violation is null && Refusal is null && !OperatingSystem.IsWindows() && _process!.ExitCode == 128 + 9;

    /// <summary>How the worker ended, in words: a signal, an exit code, or the time limit.</summary>
    private string Epitaph()
    {
        if (!_process!.WaitForExit(10_000))
        {
            EndFor("closed the pipe between worker and coordinator and was ended");
            _process.WaitForExit();
        }

        if (Refusal is not null)
        {
            return $"could not make the tensors: {Refusal}";
        }

        if (_violation is not null)
        {
            return _violation;
        }

        if (_hung)
        {
            return $"did not answer within {CallLimit.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture)} s and was ended";
        }

        // What it said last may still be on its way; a child of its own that lives on keeps the pipe open for ever.
        _errors!.WaitForEnd(TimeSpan.FromSeconds(2));
        // Of a .NET or C++ abort the first line is the one that says why.
        return ProcessEnd.Describe(_process, _errors.FirstLine);
    }

    /// <summary>Ends a process in which somebody meddles with its pipes.</summary>
    private void EndFor(string violation)
    {
        _violation ??= Refusal is null && !_hung ? violation : null;
        Kill();
    }

    /// <summary>Ends the process at once, with the programs that it runs.</summary>
    public void Kill()
    {
        if (_process is { } process)
        {
            ProcessEnd.Kill(process);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _watch?.Dispose();
        _orders.Dispose();
        if (_process is not null)
        {
            if (!_process.WaitForExit(2000))
            {
                Kill();
            }

            _process.Dispose();
        }

        _reader.Dispose();
        _answers.Dispose();
        _status.Dispose();
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])[.. command.Skip(1), _orders.GetClientHandleAsString(), _answers.GetClientHandleAsString(), _status.Path])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in WorkerEnvironment.Defaults)
        {
            // Native code reads these when it is loaded: what is set inside .NET would not reach it.
            if (!start.Environment.ContainsKey(name))
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private bool IsReady(bool isLastTry)
    {
        var expired = false;
        var work = new WorkWatch(_process!.Id);
        using var limit = new Timer(
            _ =>
            {
                if (!expired && work.HasExceeded(StartLimit))
                {
                    expired = true;
                    Kill();
                }
            },
            null,
            WatchPeriod,
            WatchPeriod);
        try
        {
            var nonce = JsonPipe.Ask(_orders, _settings, WorkerJson.Default.CampaignSettings);
            var answer = JsonPipe.ReadAnswer(_reader, nonce, WorkerJson.Default.WorkerAnswer);
            if (answer.Ready is { } ready)
            {
                (Reference, Candidate, Witnesses) = (ready.Reference, ready.Candidate, ready.Witnesses);
                return true;
            }

            Dispose();
            throw new HarnessException(answer.Refusal ?? "a worker says nothing", isUsage: true);
        }
        catch (InvalidDataException)
        {
            EndFor(InvalidResponse);
        }
        catch (IOException)
        {
            // The pipe broke: the process has died while it loaded its runners.
        }

        var epitaph = Epitaph();
        // Ctrl-C, and a scheduler's SIGTERM, reach the whole process group: also a worker that does not yet ignore them.
        var isToBeTriedAgain = (WasKilled || _process.ExitCode is 128 + 2 or 128 + 15) && !expired && !isLastTry;
        Dispose();
        return isToBeTriedAgain ? false : throw new HarnessException($"a worker {epitaph} while it loaded {_settings.Reference} and {_settings.Candidate}");
    }

    /// <summary>
    /// Limits count work: the processor time of the worker and its programs since it last got on, and the time in which all of them
    /// slept, as in a deadlock. Time in which they wait for a processor does not count; a limit by the clock is the last net.
    /// </summary>
    private void Watch()
    {
        if (!Volatile.Read(ref _busy) || Interlocked.Exchange(ref _watching, 1) == 1)
        {
            return;
        }

        try
        {
            var steps = _status.Steps;
            if (steps != _seenSteps)
            {
                (_seenSteps, _work) = (steps, null);
            }
            else if (_work is null)
            {
                _work = new WorkWatch(_process!.Id);
            }
            else if (_work.HasExceeded(_status.Phase is Phase.Reference or Phase.Candidate ? CallLimit : OwnLimit))
            {
                _hung = true;
                Kill();
            }
        }
        finally
        {
            Volatile.Write(ref _watching, 0);
        }
    }
}
