using System.Globalization;

using ParityHarness.Campaigns;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>How far a campaign is: a live bar on a terminal, a plain line every ten seconds elsewhere. On stderr.</summary>
internal sealed class ProgressView : IDisposable
{
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
        var rate = tally.Problems / Math.Max(seconds, 0.001);
        var fraction = Fraction(tally);
        var left = fraction > 0.001 ? TimeSpan.FromSeconds(seconds / fraction * (1 - Math.Min(1, fraction))) : (TimeSpan?)null;
        var of = _campaign.Count is { } count ? $" of {(count + _limits.Shards - 1) / _limits.Shards:N0}" : "";
        var restarts = tally.Restarts > 0 ? string.Create(CultureInfo.InvariantCulture, $", {tally.Restarts:N0} restarts") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{tally.Problems:N0}{of} problems, {rate:N0}/s, {tally.Failed:N0} failed{restarts}{(left is { } time ? $", {Format(time)} left" : "")}");
    }

    private static string Format(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
