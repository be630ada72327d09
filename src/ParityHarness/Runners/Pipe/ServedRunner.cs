using System.Diagnostics;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Pipe;

/// <summary>
/// A runner in a process of its own, by <c>parity serve NAME</c>, whose death or hang is an answer like others and ends nothing
/// but the call. A call hangs that has used its limit of processor time, however busy the machine is, or that waits ten times
/// as long and uses none.
/// </summary>
internal sealed class ServedRunner : IDisposable
{
    private const double LimitSeconds = 10;
    private const double MultiplyAddsPerSecond = 50e6;
    private const int WaitingFactor = 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly ExecRunner _runner;

    /// <summary>Starts it.</summary>
    /// <param name="name">The runner's name, as for <see cref="RunnerCatalog.Create"/>.</param>
    /// <exception cref="RunnerLoadException">It cannot be loaded here; the message says why.</exception>
    public ServedRunner(string name)
    {
        _runner = ParityProgram.Command("serve") is [var program, .. var arguments]
            ? new ExecRunner(name, program, [.. arguments, name])
            : throw new RunnerLoadException($"{name}: runs in a process of its own, by the parity command, which is not beside this program; use the command");
    }

    /// <summary>The name by which it was chosen.</summary>
    public string Name => _runner.Name;

    /// <summary>The version of what computes.</summary>
    public string Version => _runner.Version;

    /// <summary>Further facts for people.</summary>
    public string Details => _runner.Details;

    /// <summary>Computes one problem.</summary>
    /// <returns>Whether its process died over it, or was ended since the call hung; the outcome is then faulted.</returns>
    public bool Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        var limit = TimeSpan.FromSeconds(LimitSeconds + ProblemSize.MultiplyAdds(problem) / MultiplyAddsPerSecond);
        var before = _runner.ProcessorTime ?? TimeSpan.Zero;
        var clock = Stopwatch.StartNew();
        var hangs = false;
        using (new Timer(
            _ =>
            {
                var used = (_runner.ProcessorTime ?? TimeSpan.Zero) - before;
                if (used > limit || (clock.Elapsed > WaitingFactor * limit && used < limit / 100))
                {
                    hangs = true;
                    _runner.Kill();
                }
            },
            null,
            Look,
            Look))
        {
            _runner.Run(problem, tensors, outcome);
        }

        if (hangs)
        {
            outcome.Fault($"did not answer within {limit.TotalSeconds:0} s of processor time");
        }

        return outcome.Kind == OutcomeKind.Faulted && !_runner.IsRunning;
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
