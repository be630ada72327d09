namespace ParityHarness.Campaigns;

/// <summary>Where ranges are run: in this process, or in a worker that may die.</summary>
internal interface IExecutor : IDisposable
{
    /// <summary>The reference.</summary>
    RunnerInfo Reference { get; }

    /// <summary>The candidate.</summary>
    RunnerInfo Candidate { get; }

    /// <summary>Known divergences of the reference; their witnesses have the indices -1, -2, ...</summary>
    int Witnesses { get; }

    /// <summary>Runs a range to its end, whatever happens in it.</summary>
    RangeResult Run(Order order);
}
