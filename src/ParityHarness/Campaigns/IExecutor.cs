using ParityHarness.Runners;

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

    /// <summary>Whether it begins with the next range while the answer to the last is on its way.</summary>
    bool LooksAhead { get; }

    /// <summary>
    /// Runs a range to its end, or to the first case that killed its worker, that one included: what came of it is then
    /// known at once, and the rest is asked for anew.
    /// </summary>
    /// <param name="order">The range.</param>
    /// <param name="next">What will be asked for after it, or null.</param>
    RangeResult Run(Order order, Order? next = null);
}
