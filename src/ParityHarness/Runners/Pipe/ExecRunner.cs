using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Pipe;

/// <summary>
/// A program that speaks the pipe protocol (src/examples/pipe-protocol.md) on its standard input and output. Nothing it
/// writes is trusted. One that dies or breaks the protocol has failed at the problem at hand, and is started anew for
/// the next one.
/// </summary>
internal sealed class ExecRunner : IRunner
{
    // What a program may answer where PyTorch's formula gives another shape: more is a wrong answer, not a wish.
    private const long MaxAnsweredCount = 1 << 24;
    private const int MostEnds = 50;
    private const int AnswersBetweenEnds = 100;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly PipeMessage _message = new();
    private readonly PipeProcess _process;
    private int _ends;
    private int _answered;

    /// <summary>Starts a program and asks it what it is.</summary>
    /// <param name="name">The runner's name, e.g. libtorch:avx2.</param>
    /// <param name="program">The program's file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What stands in its environment beside what stands in this process's.</param>
    /// <exception cref="RunnerLoadException">It does not start, or is no such program.</exception>
    public ExecRunner(string name, string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        Name = name;
        _process = new PipeProcess(program, arguments, environment ?? []);
        try
        {
            (Version, Details) = Start();
        }
        catch (Exception e) when (IsOfProgram(e))
        {
            var why = Explain(e);
            End();
            throw new RunnerLoadException($"{name}: the program {why}; it must speak the pipe protocol, see src/examples/pipe-protocol.md", e);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public string Details { get; }

    /// <summary>Whether its program runs; one that has died runs again from the next problem on.</summary>
    internal bool IsRunning => _process.IsRunning;

    /// <summary>Processor time that its program has used since it was started; null where it does not run.</summary>
    internal TimeSpan? ProcessorTime => _process.ProcessorTime;

    /// <summary>One question at a time.</summary>
    public bool IsConcurrent => false;

    /// <summary>A program that the shell starts.</summary>
    /// <param name="name">The runner's name, e.g. exec:python3 mine.py.</param>
    /// <param name="command">The command, as typed in a shell.</param>
    /// <exception cref="RunnerLoadException">It does not start, or is no such program.</exception>
    public static ExecRunner OfShell(string name, string command) => OperatingSystem.IsWindows()
        ? new ExecRunner(name, "cmd.exe", ["/d", "/s", "/c", command])
        : new ExecRunner(name, "/bin/sh", ["-c", command]);

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome) => Run(problem, tensors, outcome, threads: 0);

    // With threads it is to be made ready to be timed.
    private void Run(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        long[]? expected = null;
        if (ProblemRules.Check(problem, out var outputLength) is null)
        {
            expected = ProblemRules.OutputShape(problem, outputLength);
            if (ProblemSize.CountOf(expected) is not (<= int.MaxValue))
            {
                outcome.Unsupport($"an output of shape [{string.Join(", ", expected)}] is beyond 2^31 - 1 elements");
                return;
            }
        }

        if (_ends >= MostEnds)
        {
            outcome.Fault($"the program ended or broke the protocol {MostEnds} times with few answers between, and is not started any more");
            return;
        }

        try
        {
            if (!_process.IsRunning)
            {
                Start();
            }

            RefuseMore(); // of the request before
            PipeRequest.Write(_message, problem, tensors);
            if (threads > 0)
            {
                PipeRequest.AddPrepare(_message, threads);
            }

            Ask();
            Read(outcome, expected);
            RefuseMore();
            _answered++;
        }
        catch (Exception e) when (IsOfProgram(e))
        {
            outcome.Fault(Explain(e), CauseOf(e));
            // One that ends now and then, as where a known divergence kills it, may go on: starting it costs little then.
            _ends = _answered >= AnswersBetweenEnds ? 1 : _ends + 1;
            _answered = 0;
            End();
        }
    }

    /// <inheritdoc/>
    public IPreparedCall? Prepare(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        Run(problem, tensors, outcome, threads);
        if (outcome.Kind != OutcomeKind.Completed)
        {
            return null;
        }

        if (_message["prepared"] is not null)
        {
            return new PipePrepared(this);
        }

        outcome.Unsupport("the program does not time itself: it needs the line 'stage prepare' of the pipe protocol");
        return null;
    }

    /// <summary>One repetition of what was prepared, so many times; the seconds that the program says.</summary>
    /// <exception cref="InvalidOperationException">It died, or broke the protocol.</exception>
    internal double Repeat(long repetitions)
    {
        try
        {
            PipeRequest.WriteRepeat(_message, repetitions);
            Ask();
            if (_message.Text("status") == "completed" && double.TryParse(_message["seconds"], System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds >= 0)
            {
                _message.End();
                return seconds;
            }

            throw new InvalidOperationException($"answered 'stage repeat' with status {_message["status"]} {_message["message"]}".TrimEnd());
        }
        catch (Exception e) when (IsOfProgram(e))
        {
            var why = Explain(e);
            End();
            throw new InvalidOperationException($"the program {why}", e);
        }
    }

    /// <summary>What was prepared is no longer needed.</summary>
    internal void Release()
    {
        try
        {
            if (_process.IsRunning)
            {
                PipeRequest.WriteRelease(_message);
                Ask();
                _message.End();
            }
        }
        catch (Exception e) when (IsOfProgram(e))
        {
            // The next problem starts it anew.
            End();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
    }

    private (string Version, string Details) Start()
    {
        _process.Start();
        var late = false;
        using var limit = new Timer(
            _ =>
            {
                late = true;
                _process.Kill();
            },
            null,
            StartLimit,
            Timeout.InfiniteTimeSpan);
        PipeRequest.WriteDescribe(_message);
        try
        {
            Ask();
        }
        catch (IOException e) when (late)
        {
            throw new RunnerLoadException($"did not answer within {StartLimit.TotalSeconds} s", e);
        }

        if (_message.Text("status") == "wrong_version")
        {
            throw new RunnerLoadException($"speaks version {_message["parity"]} of the pipe protocol, and this is version {PipeMessage.Version}");
        }

        if (_message.Text("status") != "completed")
        {
            throw new RunnerLoadException($"answered 'describe' with status {_message["status"]}: {_message["message"]}");
        }

        _message.End();
        return (_message.Text("version"), _message["details"] ?? "");
    }

    private void Ask()
    {
        _message.Send(_process.Requests);
        if (!_message.Receive(_process.Answers))
        {
            throw new EndOfStreamException();
        }
    }

    /// <summary>What comes after an answer would be taken for the answer to the next request.</summary>
    private void RefuseMore()
    {
        if (_process.HasUnread)
        {
            throw new InvalidDataException("more bytes come after the answer; a request has one answer");
        }
    }

    private void Read(Outcome outcome, long[]? expected)
    {
        var words = _message["message"] ?? "";
        switch (_message.Text("status"))
        {
            case "completed":
                ReadOutput(outcome, expected);
                return;
            case "rejected":
                outcome.Reject(ReasonText.TryParse(_message["reason"] ?? "", out var reason) ? reason : RejectionReason.Unspecified, words);
                break;
            case "unsupported":
                outcome.Unsupport(words);
                break;
            case "faulted":
                outcome.Fault(words);
                break;
            default:
                throw new InvalidDataException($"its line 'status {_message["status"]}' should have completed, rejected, unsupported or faulted");
        }

        _message.End();
    }

    private void ReadOutput(Outcome outcome, long[]? expected)
    {
        var (dtype, shape) = _message.TensorLine("output");
        var asExpected = expected is not null && expected.AsSpan().SequenceEqual(shape);
        if (!asExpected && ProblemSize.CountOf(shape) is not (<= MaxAnsweredCount))
        {
            throw new InvalidDataException($"it has an output of shape [{string.Join(", ", shape)}], which PyTorch's formula does not give");
        }

        try
        {
            outcome.Output.Reshape(dtype, shape);
        }
        catch (ProblemDataException e)
        {
            throw new InvalidDataException($"its output cannot be read: {e.Message}", e);
        }

        _message.ReadElements(_process.Answers, outcome.Output);
        _message.End();
        outcome.Complete();
    }

    private static bool IsOfProgram(Exception e) =>
        e is IOException or InvalidDataException or RunnerLoadException or System.ComponentModel.Win32Exception;

    /// <summary>What the program did in place of answering.</summary>
    private string Explain(Exception e)
    {
        switch (e)
        {
            case InvalidDataException:
                return $"wrote what is no answer: {e.Message} (standard output belongs to the protocol, print to standard error)";
            case IOException when _process.IsRunning:
                return _process.DescribeEnd();
            case System.ComponentModel.Win32Exception:
                return $"cannot be started: {e.Message}";
            default:
                return e.Message;
        }
    }

    private FaultCause CauseOf(Exception e) => e switch
    {
        InvalidDataException => FaultCause.InvalidResponse,
        IOException => _process.CauseOfEnd,
        _ => FaultCause.Unspecified,
    };

    /// <summary>Ends its program at once.</summary>
    internal void Kill() => _process.Kill();

    private void End() => _process.End();
}
