namespace ParityHarness.Runners.Pipe;

/// <summary>A problem that a program behind a pipe has made ready, and times itself.</summary>
internal sealed class PipePrepared(ExecRunner runner) : IPreparedCall
{
    /// <inheritdoc/>
    public double Run(long repetitions) => runner.Repeat(repetitions);

    /// <inheritdoc/>
    public void Dispose() => runner.Release();
}
