using System.Globalization;

using ParityHarness.Campaigns;
using ParityHarness.Results;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>How far a campaign is: a live bar on a terminal, a plain line every ten seconds elsewhere, where something has changed. On stderr.</summary>
internal sealed class ProgressView : IDisposable
{
    private const int BarWidth = 40;
    private const int ShownWorkers = 8;
    private const int ShownKinds = 3;
    private static readonly TimeSpan LivePeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainPeriod = TimeSpan.FromSeconds(10);
    private readonly Campaign _campaign;
    private readonly CampaignLimits _limits;
    private readonly ManualResetEventSlim _done = new();
    private readonly Thread _thread;
    private readonly Lock _drawing = new();
    private volatile string? _said;

    /// <summary>Lines drawn below the first one.</summary>
    private volatile int _height;

    /// <summary>Begins to show.</summary>
    public ProgressView(Campaign campaign, CampaignLimits limits)
    {
        _campaign = campaign;
        _limits = limits;
        _thread = new Thread(Terminal.IsLive ? ShowLive : ShowPlain) { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    /// <summary>Shows a line: below the bar while there is one, and once that is gone in its place.</summary>
    public void Say(string line)
    {
        if (Terminal.IsLive && !_done.IsSet)
        {
            _said = line;
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Clears the bar and shows the cursor again: the process ends before anything else could do so.</summary>
    public void Abandon()
    {
        if (Terminal.IsLive && !_done.IsSet)
        {
            _drawing.Enter(); // for good: nothing is drawn after this
            Console.Error.Write($"\r\e[{_height}A\e[J\e[?25h");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _done.Set();
        _thread.Join();
        if (_said is { } said)
        {
            Console.Error.WriteLine(said);
        }

        _done.Dispose();

    }

    private void ShowLive() => Terminal.Error.Live(new Text("starting workers"))
        .AutoClear(true)
        .Start(context =>
        {
            while (!_done.Wait(LivePeriod))
            {
                using var drawing = _drawing.EnterScope();
                var tally = _campaign.Snapshot();
                var fraction = Math.Clamp(Fraction(tally), 0, 1);
                var full = (int)(fraction * BarWidth);
                var bar = new Markup(string.Create(CultureInfo.InvariantCulture, $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/] {100 * fraction:0} % {Left(fraction)}"));
                Text[] lines = [.. Parts(tally).Concat(_said is { } said ? [said] : []).Select(part => new Text(part).Overflow(Overflow.Ellipsis))];
                _height = lines.Length;
                context.UpdateTarget(new Rows([bar, .. lines]));
            }
        });

    private void ShowPlain()
    {
        var shown = (Problems: -1L, Failed: 0L, Restarts: 0L);
        while (!_done.Wait(PlainPeriod))
        {
            var tally = _campaign.Snapshot();
            if (shown != (tally.Problems, tally.Failed, tally[Counter.Restarts]))
            {
                shown = (tally.Problems, tally.Failed, tally[Counter.Restarts]);
                Console.Error.WriteLine($"parity: {Line(tally)}");
            }
        }
    }

    private double Fraction(Tally tally) => _campaign.Count is { } count
        ? tally.Problems / Math.Max(1.0, (double)count / _limits.Shards)
        : _campaign.Elapsed / _limits.Duration!.Value;

    private string Line(Tally tally) => string.Join(", ", ((string[])[.. Parts(tally), Left(Fraction(tally))]).Where(part => part.Length > 0));

    /// <summary>How far and how fast; what failed; how near to failing the rest came, and how many workers died.</summary>
    private IEnumerable<string> Parts(Tally tally)
    {
        var of = _campaign.Count is { } count ? $" of {(count + _limits.Shards - 1) / _limits.Shards:N0}" : "";
        var rates = _campaign.Workers.Select(worker => worker.Rate).ToArray();
        var perWorker = rates.Length > 1 ? $" ({string.Join(" + ", rates.Take(ShownWorkers).Select(rate => rate.ToString("N0", CultureInfo.InvariantCulture)))}{(rates.Length > ShownWorkers ? " + ..." : "")})" : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{tally.Problems:N0}{of} problems, {rates.Sum():N0}/s{perWorker}");
        var kinds = tally.Failures.OrderByDescending(kind => kind.Value).ToList();
        var causes = kinds.Count > 0 ? $" ({string.Join(", ", kinds.Take(ShownKinds).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value:N0}")))}{(kinds.Count > ShownKinds ? ", ..." : "")})" : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{tally.Failed:N0} failed{causes}");
        if (tally.WorstCandidate > 0 || tally[Counter.Restarts] > 0)
        {
            var worst = tally.WorstCandidate > 0 ? string.Create(CultureInfo.InvariantCulture, $"worst error {tally.WorstCandidate:0.00} of the bound") : "";
            var restarts = tally[Counter.Restarts] > 0 ? string.Create(CultureInfo.InvariantCulture, $"{tally[Counter.Restarts]:N0} restarts") : "";
            yield return string.Join(", ", ((string[])[worst, restarts]).Where(part => part.Length > 0));
        }
    }

    private string Left(double fraction) =>
        fraction > 0.001 ? $"{Format(TimeSpan.FromSeconds(_campaign.Elapsed.TotalSeconds / fraction * (1 - Math.Min(1, fraction))))} left" : "";

    private static string Format(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
