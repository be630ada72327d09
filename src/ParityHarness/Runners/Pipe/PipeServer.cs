using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Pipe;

/// <summary>The other end of <see cref="ExecRunner"/>: offers any runner over the pipe protocol (src/examples/pipe-protocol.md).</summary>
internal static class PipeServer
{
    /// <summary>Answers requests until there are no more.</summary>
    /// <param name="runner">Who computes.</param>
    /// <param name="requests">Where requests come from.</param>
    /// <param name="answers">Where answers go; nothing else may write there.</param>
    /// <exception cref="InvalidDataException">What came is no request; the message says in what.</exception>
    /// <exception cref="IOException">The requests end in the middle of one, or nobody reads the answers.</exception>
    public static void Serve(IRunner runner, Stream requests, Stream answers)
    {
        using var tensors = new TensorSet();
        using var outcome = new Outcome();
        using var buffered = new BufferedStream(requests, 1 << 16);
        var message = new PipeMessage();
        IPreparedCall? prepared = null;
        while (message.Receive(buffered))
        {
            if (message["stage"] == "repeat" && prepared is not null)
            {
                Repeat(prepared, message);
                message.Send(answers);
                continue;
            }

            // Before anything else moves the tensors.
            prepared?.Dispose();
            prepared = null;
            if (message.Number("parity") != PipeMessage.Version)
            {
                message.Clear();
                message.Add("parity", [PipeMessage.Version]);
                message.Add("status", "wrong_version");
            }
            else if (message["operation"] == "describe")
            {
                message.Clear();
                message.Add("status", "completed");
                message.Add("version", runner.Version);
                message.Add("details", runner.Details);
            }
            else if (message["stage"] is "repeat" or "release")
            {
                var isRelease = message["stage"] == "release";
                message.Clear();
                message.Add("status", isRelease ? "completed" : "faulted");
                message.Add("message", isRelease ? "" : "nothing is prepared");
            }
            else
            {
                prepared = Run(runner, message, buffered, tensors, outcome);
                Write(message, outcome);
                if (prepared is not null)
                {
                    message.Add("prepared", "yes");
                }
            }

            message.Send(answers);
        }

        prepared?.Dispose();
    }

    private static void Repeat(IPreparedCall prepared, PipeMessage message)
    {
        var repetitions = message.Number("repetitions");
        message.Clear();
        try
        {
            var seconds = prepared.Run(repetitions);
            message.Add("status", "completed");
            message.Add("seconds", seconds.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (InvalidOperationException e)
        {
            message.Clear();
            message.Add("status", "faulted");
            message.Add("message", e.Message);
        }
    }

    private static IPreparedCall? Run(IRunner runner, PipeMessage message, Stream requests, TensorSet tensors, Outcome outcome)
    {
        Problem problem;
        int? threads = message["stage"] == "prepare" ? (int)Math.Clamp(message.Number("threads"), 1, int.MaxValue) : null;
        try
        {
            problem = PipeRequest.Read(message, requests, tensors);
        }
        catch (ProblemDataException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        try
        {
            if (threads is { } count)
            {
                return runner.Prepare(problem, tensors, outcome, count);
            }

            runner.Run(problem, tensors, outcome);
        }
        catch (Exception e)
        {
            outcome.Fault($"threw {e.GetType().Name}: {e.Message}", FaultCause.Exception);
        }

        return null;
    }

    private static void Write(PipeMessage message, Outcome outcome)
    {
        message.Clear();
        message.Add("status", outcome.Kind.ToString().ToLowerInvariant());
        if (outcome.Kind == OutcomeKind.Completed)
        {
            message.Add("output", outcome.Output);
            return;
        }

        if (outcome.Kind == OutcomeKind.Rejected && outcome.Reason != RejectionReason.Unspecified)
        {
            message.Add("reason", ReasonText.Format(outcome.Reason));
        }

        message.Add("message", outcome.Message);
    }
}
