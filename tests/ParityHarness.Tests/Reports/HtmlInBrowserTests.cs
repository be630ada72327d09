using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ParityHarness.Reports;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Readme;
using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>report.html in a real browser.</summary>
[Trait("speed", "slow")]
public sealed class HtmlInBrowserTests(Browser browser) : IClassFixture<Browser>
{
    // Two channels of six outputs; the last output of each is wrong.
    private const string LastOutput = "oc2_l4_k3 float32 forward integer seed3";

    [RequiresFact(Browser.Program)]
    public async Task The_page_loads_without_a_complaint_and_without_a_network_and_says_the_verdict_first()
    {
        using var run = SampleRun.Faulty("bias_missing").Write();
        var (page, complaints) = await browser.Open(run.Html);

        Assert.Empty(complaints);
        Assert.Equal("Parity does not hold", await page.Locator("h1").InnerTextAsync());
        Assert.True(await page.Locator("h1").EvaluateAsync<bool>("e => e.getBoundingClientRect().bottom < 200"));
        Assert.Contains("bound", string.Join(' ', await page.Locator("#errors svg").AllTextContentsAsync()), StringComparison.Ordinal);
        Assert.True(await page.Locator("#errors rect.candidate").First.EvaluateAsync<bool>("e => e.getBoundingClientRect().height > 0"));
    }

    [RequiresFact(Browser.Program)]
    public async Task Rows_are_sorted_by_a_column_and_filtered_by_words()
    {
        using var run = SampleRun.Faulty("bias_missing").Write();
        var (page, complaints) = await browser.Open(run.Html);
        var rows = page.Locator("#failed tbody tr:visible");
        var all = await rows.CountAsync();
        Assert.True(all > 20);

        await page.Locator("#failed th button").First.ClickAsync();
        await page.Locator("#failed th button").First.ClickAsync();
        var indices = (await page.Locator("#failed tbody tr td:first-child").AllTextContentsAsync()).Select(int.Parse).ToList();
        Assert.Equal(indices.OrderDescending(), indices);
        Assert.Equal("descending", await page.Locator("#failed th").First.GetAttributeAsync("aria-sort"));

        await page.GetByLabel("Filter").FillAsync("float64 s2");
        var shown = await rows.CountAsync();
        Assert.InRange(shown, 1, all - 1);
        Assert.All(await rows.AllTextContentsAsync(), text => Assert.True(text.Contains("float64", StringComparison.Ordinal) && text.Contains("s2", StringComparison.Ordinal)));
        Assert.Equal($"{shown} shown", await page.Locator("#failed-shown").InnerTextAsync());
        Assert.Empty(complaints);
    }

    [RequiresFact(Browser.Program)]
    public async Task A_rate_of_the_matrix_shows_its_problems_and_the_first_cause_alone_is_open()
    {
        using var run = SampleRun.Faulty("bias_missing").Write();
        var (page, complaints) = await browser.Open(run.Html);
        var rows = page.Locator("#failed tbody tr:visible");
        var all = await rows.CountAsync();

        Assert.Equal(1, await page.Locator("#failures article > details[open]").CountAsync());
        Assert.True(await page.Locator("#failures h3").First.EvaluateAsync<bool>("e => e.getBoundingClientRect().bottom < 400"));
        await page.Locator(".matrix button[data-name='float64']").ClickAsync();
        Assert.InRange(await rows.CountAsync(), 1, all - 1);
        Assert.All(await rows.AllTextContentsAsync(), text => Assert.Contains("float64", text, StringComparison.Ordinal));

        await page.Locator("#class-filter").ClickAsync();
        Assert.Equal(all, await rows.CountAsync());
        Assert.Empty(complaints);
    }

    [RequiresFact(Browser.Program)]
    public async Task The_colours_of_the_map_are_those_of_the_legend_in_light_and_dark()
    {
        using var run = SampleRun.Of(CampaignRun.Problems(CampaignRun.Faulty("last_output"), LastOutput), CampaignRun.OneWorker).Write();
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            var (page, _) = await browser.Open(run.Html, 1200, scheme);
            foreach (var look in (string[])["e0", "e5"])
            {
                var drawn = await page.Locator($".map rect.{look}").First.EvaluateAsync<string>("e => getComputedStyle(e).fill");
                Assert.Equal(drawn, await page.Locator($".legend .{look}").First.EvaluateAsync<string>("e => getComputedStyle(e).backgroundColor"));
            }
        }
    }

    [RequiresFact(Browser.Program)]
    public async Task The_heat_map_shows_a_known_mismatch_at_its_cell()
    {
        using var run = SampleRun.Of(CampaignRun.Problems(CampaignRun.Faulty("last_output"), LastOutput), CampaignRun.OneWorker).Write();
        var (page, _) = await browser.Open(run.Html);
        var wrong = page.Locator(".map rect:not(.e0)");

        Assert.Equal(12, await page.Locator(".map rect").CountAsync());
        Assert.Equal(["0,5", "1,5"], await wrong.EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.at)"));
        Assert.True(await wrong.Last.EvaluateAsync<bool>("""
            last => [...document.querySelectorAll('.map rect')].every(e =>
              e.getBoundingClientRect().left <= last.getBoundingClientRect().left && e.getBoundingClientRect().top <= last.getBoundingClientRect().top)
            """));
        Assert.StartsWith("[0,1,5]: ", await wrong.Last.Locator("title").TextContentAsync(), StringComparison.Ordinal);
    }

    [RequiresFact(Browser.Program)]
    public async Task A_button_copies_the_line_that_runs_the_failure_again()
    {
        using var run = SampleRun.Faulty("bias_missing", 60).Write();
        var (page, complaints) = await browser.Open(run.Html);
        var card = page.Locator("#failures article").First;

        await card.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Copy" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Copied");

        Assert.Equal(run.Read().Groups[0].Row.Text("rerun"), await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        Assert.Empty(complaints);
    }

    [RequiresFact(Browser.Program)]
    public async Task Nothing_serious_is_found_by_axe_in_light_and_dark_wide_and_narrow()
    {
        using var earlier = SampleRun.Faulty("last_output", 60);
        using var run = SampleRun.Faulty("bias_missing", 60);
        File.WriteAllText(Path.Combine(run.Folder, "bench.csv"), "name,threads,role,runner,gflops,ratio,ratio_low,ratio_high\nvocoder,1,candidate,kernel,80,,,\nvocoder,1,peer,libtorch,60,1.3,1.2,1.4\n");
        run.Write(earlier.Folder);
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1200, ColorScheme.Light), (1200, ColorScheme.Dark), (375, ColorScheme.Light)])
        {
            var (page, complaints) = await browser.Open(run.Html, width, scheme);
            var found = await page.RunAxe();

            Assert.Empty(complaints);
            Assert.Equal("", string.Join("; ", found.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{width} {scheme} {v.Id}: {v.Help}: {v.Nodes[0].Html}")));
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
    }

    [RequiresFact(Browser.Program)]
    public async Task A_report_of_100_000_failures_is_below_5_MB_opens_at_once_and_says_what_it_left_out()
    {
        using var run = SampleRun.Faulty("bias_missing", 300);
        var failed = run.Read().RowsInAll;
        run.Multiply((int)(100_000 / failed) + 1);
        run.Write();
        var report = run.Read();

        Assert.True(report.RowsInAll >= 100_000);
        Assert.InRange(new FileInfo(run.Html).Length, 100_000, 5_000_000);
        var (page, complaints) = await browser.Open(run.Html);
        Assert.InRange(await page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].domComplete"), 0, 3000);
        Assert.Contains($"of {report.RowsInAll:N0}; the other {report.RowsInAll - Report.MostRows:N0} are left out", await page.Locator("#rows").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(complaints);
    }
}
