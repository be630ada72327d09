using System.CommandLine;
using System.Runtime.ExceptionServices;

using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Fixtures;
using ParityHarness.Generation;
using ParityHarness.Reports;
using ParityHarness.Results;
using ParityHarness.Runners;

using Spectre.Console;

using Profile = ParityHarness.Generation.Profile;

namespace ParityHarness.Cli.Commands;

/// <summary>parity conformance.</summary>
internal static class ConformanceCommand
{
    private static readonly string[] Known = [.. RunnerCatalog.Released, "kernel"];

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var candidates = new Option<string[]>("--candidate") { Description = "A column more, as native:./libmine.so; may be given several times", HelpName = "NAME" };
        var only = new Option<string[]>("--only") { Description = $"These columns alone. Default: those of {string.Join(", ", Known)} that are here", HelpName = "NAME" };
        var profile = new Option<string>("--profile") { Description = "How large the problems are: smoke, ci or nightly", HelpName = "P", DefaultValueFactory = _ => "smoke" };
        profile.AcceptOnlyFromAmong([.. Profile.All.Select(p => p.Name)]);
        var seed = NumberOption.Create("--seed", "a whole number from 0 to 2^64 - 1", 0UL, ulong.MaxValue);
        (seed.Description, seed.HelpName, seed.DefaultValueFactory) = ("Seed of the problems", "S", _ => 1);
        var count = NumberOption.Create("--count", "a whole number from 1", 1, int.MaxValue);
        (count.Description, count.HelpName, count.DefaultValueFactory) = ("Number of problems", "N", _ => 10_000);
        var shrink = NumberOption.Create("--shrink", "a number of seconds from 0, up to 1000000", 0d, 1e6);
        (shrink.Description, shrink.HelpName, shrink.DefaultValueFactory) = ("Seconds that the smallest problem of a cell is looked for; 0 leaves it out", "S", _ => 3);
        var baseline = new Option<string?>("--baseline") { Description = "A conformance.json of another release or machine: says which cells differ, and ends with 1 where one is worse", HelpName = "FILE" };
        var folder = new Option<string>("--out") { Description = "Folder for conformance.html, conformance.md and conformance.json", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("parity-out", "conformance") };
        var fixtures = new Option<string?>("--fixtures") { Description = "Folder with divergences.csv. Default: fixtures here, else the project's, else beside the program", HelpName = "DIR" };
        var command = new Command("conformance", """
            One table: which implementations are PyTorch's ConvTranspose1d?

            Every implementation that is here answers the same problems, and each is judged alone by PyTorch's rules and an exact
            oracle. A cell says right, wrong in N of M, died, not offered or not judged.
            """);
        foreach (var option in (Option[])[candidates, only, profile, seed, count, shrink, baseline, folder, fixtures])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var earlier = parsed.GetValue(baseline) is { } file ? ConformanceTable.Read(file) : null;
            var chosen = Profile.Parse(parsed.GetValue(profile)!);
            var problems = parsed.GetValue(count)!.Value;
            var conformance = new Conformance(new Generator(chosen, parsed.GetValue(seed)!.Value), problems, parsed.GetValue(fixtures) ?? ProjectFiles.Fixtures(), parsed.GetValue(shrink)!.Value);
            var named = parsed.GetValue(only) ?? [];
            var names = (string[])[.. named.Length > 0 ? named : Known, .. parsed.GetValue(candidates) ?? []];
            var columns = new ConformanceColumn?[names.Length];
            using (var stop = new CancellationTokenSource())
            using (new Interruption(stop.Cancel))
            {
                Ask(conformance, names, columns, problems, name => named.Length > 0 || !Known.Contains(name, StringComparer.Ordinal), stop);
            }

            var table = new ConformanceTable
            {
                Version = typeof(Conformance).Assembly.GetName().Version?.ToString(3) ?? "",
                Machine = Machine.Describe(),
                Problems = FormattableString.Invariant($"{problems:N0} problems (profile {chosen.Name}, seed {parsed.GetValue(seed)})"),
                Classes = ConformanceClass.Names,
                Columns = [.. columns.OfType<ConformanceColumn>()],
            };
            Write(table, parsed.GetValue(folder)!);
            Show(table);
            return earlier is null ? Program.Holds : Compare(table, earlier);
        });
        return command;
    }

    /// <summary>Fills the columns, as many at once as there are processors: each has a process of its own.</summary>
    private static void Ask(Conformance conformance, string[] names, ConformanceColumn?[] columns, int problems, Predicate<string> isNamed, CancellationTokenSource stop)
    {
        try
        {
            Parallel.For(0, names.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop.Token }, i =>
            {
                try
                {
                    columns[i] = Ask(conformance, names[i], problems, stop.Token);
                }
                catch (RunnerLoadException e) when (!isNamed(names[i]))
                {
                    Console.Error.WriteLine($"parity: {names[i]} is not here: {e.Message}");
                }
                catch
                {
                    stop.Cancel();
                    throw;
                }
            });
        }
        catch (OperationCanceledException)
        {
            throw new HarnessException("ended before the table was whole; no file was written");
        }
        catch (AggregateException e)
        {
            // The columns that were cancelled because of it say nothing of their own.
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions.FirstOrDefault(inner => inner is not OperationCanceledException) ?? e);
        }
    }

    private static ConformanceColumn Ask(Conformance conformance, string name, int problems, CancellationToken cancellation)
    {
        var shown = -1;
        return conformance.Ask(
            name,
            done =>
            {
                if (done * 10L / problems > shown)
                {
                    shown = (int)(done * 10L / problems);
                    Console.Error.WriteLine(FormattableString.Invariant($"parity: {name}: {done:N0} of {problems:N0} problems"));
                }
            },
            cancellation);
    }

    private static void Write(ConformanceTable table, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            WholeFile.Write(Path.Combine(folder, ConformanceTable.FileName), table.ToJson());
            WholeFile.Write(Path.Combine(folder, ConformanceReport.MarkdownName), ConformanceReport.Markdown(table));
            WholeFile.Write(Path.Combine(folder, ConformanceReport.HtmlName), ConformanceReport.Html(table));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarnessException($"--out {folder}: cannot be written: {e.Message}", isUsage: true);
        }
    }

    private static void Show(ConformanceTable table)
    {
        var view = Terminal.Table(["", .. table.Columns.Select(column => $"{column.Name} {column.Version}")]);
        foreach (var name in table.Classes)
        {
            view.AddRow([name, .. table.Columns.Select(column => Cell(column.Cell(name)))]);
        }

        Terminal.Output.Write(view);
        foreach (var column in table.Columns)
        {
            foreach (var name in table.Classes.Where(name => column.Cell(name).Smallest.Length > 0))
            {
                var cell = column.Cell(name);
                Console.WriteLine($"{column.Name}, {name}: {cell.Smallest}");
                Console.WriteLine($"  {cell.Detail}{(cell.IsAllNamed ? "; all of the cell are known divergences" : "")}");
            }
        }
    }

    private static string Cell(ConformanceCell cell)
    {
        var words = ConformanceReport.Words(cell).EscapeMarkup();
        return cell.State switch
        {
            ConformanceState.Wrong or ConformanceState.Dies => $"[red]{words}[/]",
            ConformanceState.Right => $"[green]{words}[/]",
            _ => words,
        };
    }

    private static int Compare(ConformanceTable table, ConformanceTable earlier)
    {
        if (table.Problems != earlier.Problems)
        {
            throw new HarnessException($"--baseline: its table is of {earlier.Problems}, this one of {table.Problems}; give the same --profile, --seed and --count", isUsage: true);
        }

        var changes = table.Since(earlier);
        foreach (var change in changes)
        {
            Console.WriteLine(ConformanceReport.Words(change));
        }

        Console.WriteLine(changes.Count == 0 ? "no cell has changed" : $"{changes.Count} cell(s) have changed, {changes.Count(change => change.IsWorse)} for the worse");
        return changes.Any(change => change.IsWorse) ? Program.DoesNotHold : Program.Holds;
    }
}
