using ParityHarness.Campaigns;
using ParityHarness.Campaigns.Workers;
using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Campaigns.Workers;

public sealed class WorkerProcessTests
{
    [Fact]
    public async Task A_dead_worker_is_noticed_while_one_that_was_started_beside_it_lives()
    {
        var settings = CampaignRun.Smoke("kernel");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var pair = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => WorkerProcess.Start(settings, CampaignRun.OneWorker.WorkerCommand))));
            try
            {
                foreach (var worker in pair.Reverse())
                {
                    worker.Kill();
                    var answer = Task.Run(() => worker.Run(new Order(0, 1)));
                    Assert.Same(answer, await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(20))));
                    Assert.Null(await answer);
                }
            }
            finally
            {
                Array.ForEach(pair, worker => worker.Kill());
                Array.ForEach(pair, worker => worker.Dispose());
            }
        }
    }
}
