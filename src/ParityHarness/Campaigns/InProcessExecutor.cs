using ParityHarness.Fixtures;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>Runs ranges in this process.</summary>
internal sealed class InProcessExecutor : IExecutor
{
    private readonly RangeRunner _runner;

    public InProcessExecutor(CampaignSettings settings, IRunner? candidate = null)
    {
        try
        {
            _runner = new RangeRunner(settings, null, candidate);
        }
        catch (Exception e) when (e is RunnerLoadException or FixtureException or FormatException)
        {
            throw new HarnessException(e.Message, isUsage: true);
        }
    }

    public RunnerInfo Reference => _runner.Reference;

    public RunnerInfo Candidate => _runner.Candidate;

    public int Witnesses => _runner.Witnesses;

    public bool LooksAhead => false;

    public RangeResult Run(Order order, Order? next = null)
    {
        try
        {
            var result = _runner.Run(order);
            result.End = order.End;
            return result;
        }
        catch (ProblemDataException e)
        {
            throw new HarnessException(e.Message, isUsage: true);
        }
    }

    public void Dispose() => _runner.Dispose();
}
