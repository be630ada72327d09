using System.Globalization;
using System.Text;

using ParityHarness.Campaigns;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>How far a campaign is: a live bar on a terminal, a plain line every ten seconds elsewhere. On stderr.</summary>
internal sealed class ProgressView : IDisposable
{
    private const int ShownWorkers = 8;
    private const int ShownKinds = 3;
    private static readonly TimeSpan LivePeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainPeriod = TimeSpan.FromSeconds(10);
    private readonly Campaign _campaign;
    private readonly CampaignLimits _limits;
    private readonly ManualResetEventSlim _done = new();
    private readonly Thread _thread;

    /// <summary>Begins to show.</summary>
    public ProgressView(Campaign campaign, CampaignLimits limits)
    {
        _campaign = campaign;
        _limits = limits;
        _thread = new Thread(Terminal.IsLive ? ShowLive : ShowPlain) { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _done.Set();
        _thread.Join();
        _done.Dispose();
    }

    private void ShowLive() => Terminal.Error.Progress()
        .AutoClear(true)
        .HideCompleted(false)
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var task = context.AddTask("starting workers", maxValue: 1);
            while (!_done.Wait(LivePeriod))
            {
                var tally = _campaign.Snapshot();
                task.Value = Math.Min(0.999, Fraction(tally));
                task.Description = Line(tally).EscapeMarkup();
            }

            task.Value = 1;
        });

    private void ShowPlain()
    {
        while (!_done.Wait(PlainPeriod))
        {
            Console.Error.WriteLine($"parity: {Line(_campaign.Snapshot())}");
        }
    }

    private double Fraction(Tally tally) => _campaign.Count is { } count
        ? tally.Problems / Math.Max(1.0, (double)count / _limits.Shards)
        : _campaign.Elapsed / _limits.Duration!.Value;

    private string Line(Tally tally)
    {
        var seconds = _campaign.Elapsed.TotalSeconds;
        var fraction = Fraction(tally);
        var of = _campaign.Count is { } count ? $" of {(count + _limits.Shards - 1) / _limits.Shards:N0}" : "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{tally.Problems:N0}{of} problems");
        var rates = _campaign.Workers.Select(worker => worker.Rate).ToArray();
        text.Append(CultureInfo.InvariantCulture, $", {rates.Sum():N0}/s");
        if (rates.Length > 1)
        {
            text.Append(" (").AppendJoin(" + ", rates.Take(ShownWorkers).Select(rate => rate.ToString("N0", CultureInfo.InvariantCulture))).Append(rates.Length > ShownWorkers ? " + ...)" : ")");
        }

        text.Append(CultureInfo.InvariantCulture, $", {tally.Failed:N0} failed");
        if (tally.Failed > 0)
        {
            var kinds = tally.Failures.OrderByDescending(kind => kind.Value).ToList();
            text.Append(" (").AppendJoin(", ", kinds.Take(ShownKinds).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value:N0}"))).Append(kinds.Count > ShownKinds ? ", ...)" : ")");
        }

        if (tally.WorstCandidate > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", worst error {tally.WorstCandidate:0.00} of the bound");
        }

        if (tally.Restarts > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {tally.Restarts:N0} restarts");
        }

        if (fraction > 0.001)
        {
            text.Append(CultureInfo.InvariantCulture, $", {Format(TimeSpan.FromSeconds(seconds / fraction * (1 - Math.Min(1, fraction))))} left");
        }

        return text.ToString();
    }

    private static string Format(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
