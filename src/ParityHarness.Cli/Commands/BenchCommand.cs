using System.CommandLine;
using System.Globalization;

using ParityHarness.Benchmarks;
using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Cli.Commands;

/// <summary>parity bench.</summary>
internal static class BenchCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Fixture files with problems. Default: models.csv of the fixtures folder", Arity = ArgumentArity.ZeroOrMore };
        var lines = new Option<string[]>("--problem") { Description = "A problem as one line; may be given several times", HelpName = "TEXT" };
        var candidate = new Option<string>("--candidate") { Description = "Whose speed is of interest", HelpName = "NAME", DefaultValueFactory = _ => "kernel" };
        var peers = new Option<string[]>("--peer") { Description = "What it is held against; may be given several times. Default: those of torchsharp, libtorch, onednn and onnxruntime that are here", HelpName = "NAME" };
        var form = new Option<string>("--form") { Description = "module (the weight packed beforehand), functional (packed in each call), or both", HelpName = "F", DefaultValueFactory = _ => "both" };
        form.AcceptOnlyFromAmong("module", "functional", "both");
        var passes = new Option<string[]>("--pass") { Description = "What is asked of each problem: forward, grad_input, grad_weight, grad_bias, or gradients joined by +; may be given several times. Default: what its line says; with --count forward", HelpName = "PASS" };
        var threads = new Option<string>("--threads") { Description = "Threads of each: numbers, or all, as 1,all", HelpName = "LIST", DefaultValueFactory = _ => "1" };
        var rounds = NumberOption.Create("--rounds", "a whole number from 1 to 10000", 1, 10_000);
        (rounds.Description, rounds.HelpName, rounds.DefaultValueFactory) = ("Turns of each at each problem", "N", _ => 11);
        var count = NumberOption.Create("--count", "a whole number from 1 to 100000", 1, 100_000);
        (count.Description, count.HelpName) = ("So many generated problems in place of files", "N");
        var profile = new Option<string>("--profile") { Description = "With --count: how large, smoke, ci or nightly", HelpName = "P", DefaultValueFactory = _ => "ci" };
        profile.AcceptOnlyFromAmong([.. Profile.All.Select(p => p.Name)]);
        var seed = NumberOption.Create("--seed", "a whole number from 0 to 2^64 - 1", 0UL, ulong.MaxValue);
        (seed.Description, seed.HelpName, seed.DefaultValueFactory) = ("With --count: which", "S", _ => 1);
        var above = NumberOption.Create("--above", "a number of MFLOP from 0", 0.0, 1e12);
        (above.Description, above.HelpName, above.DefaultValueFactory) = ("With --count: only problems of more than so many MFLOP", "MFLOP", _ => 0);
        var dtype = new Option<string?>("--dtype") { Description = "The dtype of each problem, as float64. Default: its own", HelpName = "DTYPE" };
        var batch = NumberOption.Create("--batch", "a whole number from 1 to 65536", 1L, 65_536);
        (batch.Description, batch.HelpName) = ("The batch size of each problem. Default: its own", "N");
        var folder = new Option<string?>("--out") { Description = $"Folder for {BenchmarkFile.Name}. Default: none is written", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = $"Overwrite a {BenchmarkFile.Name} in --out" };
        var fixtures = new Option<string?>("--fixtures") { Description = "Folder with models.csv. Default: fixtures here, else the project's, else beside the program", HelpName = "DIR" };
        var command = new Command("bench", """
            Times the candidate and its peers in turn, and shows medians of ratios with their spread.

            Each round gives every one a turn in one process (exec: runners, and those held to a level, time themselves in their own),
            and measures the machine's peak of multiply-adds and its bandwidth too. Ratios are taken within a round.
            """);
        command.Arguments.Add(files);
        foreach (var option in (Option[])[lines, candidate, peers, passes, form, threads, rounds, count, profile, seed, above, dtype, batch, folder, force, fixtures])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var fixturesFolder = parsed.GetValue(fixtures) is { } given
                ? Directory.Exists(given) ? given : throw new HarnessException($"--fixtures {given}: there is no such folder", isUsage: true)
                : ProjectFiles.Fixtures();
            Form[] forms = parsed.GetValue(form) switch { "module" => [Form.Module], "functional" => [Form.Functional], _ => [Form.Module, Form.Functional] };
            var threadCounts = Threads(parsed.GetValue(threads)!);
            Pass[] asked = [.. (parsed.GetValue(passes) ?? []).Select(ParsePass).Distinct()];
            var (problems, leftOut) = Problems(
                parsed.GetValue(files) ?? [],
                parsed.GetValue(lines) ?? [],
                parsed.GetValue(count) is { } number ? (number, Profile.Parse(parsed.GetValue(profile)!), parsed.GetValue(seed)!.Value, parsed.GetValue(above)!.Value) : null,
                fixturesFolder,
                asked);
            DType? wanted = parsed.GetValue(dtype) is { } text ? DTypes.Parse(text) ?? throw new HarnessException($"--dtype {text}: is not a dtype; write float32 or float64", isUsage: true) : null;
            problems = [.. problems.Select(p => (p.Name, p.Problem with { DType = wanted ?? p.Problem.DType, Batch = parsed.GetValue(batch) ?? p.Problem.Batch, Unbatched = parsed.GetValue(batch) is null && p.Problem.Unbatched }))];
            var cases = BenchmarkCases.InForms(problems, forms);
            if (cases.Count == 0)
            {
                throw new HarnessException(leftOut > 0 ? $"none of the {leftOut} problems can be timed: PyTorch rejects them, or their outputs are empty" : "there is no problem to time in this form", isUsage: true);
            }

            var path = OutputPath(parsed.GetValue(folder), parsed.GetValue(force));
            var named = parsed.GetValue(peers) ?? [];
            var settings = new BenchmarkSettings
            {
                Candidate = parsed.GetValue(candidate)!,
                Peers = named.Length > 0 ? [.. named.Distinct(StringComparer.Ordinal)] : [.. RunnerCatalog.Released.Where(p => p != parsed.GetValue(candidate) && RunnerCatalog.WhyNot(p) is null)],
                Rounds = parsed.GetValue(rounds)!.Value,
                FixturesFolder = fixturesFolder,
            };
            foreach (var name in settings.Peers)
            {
                if (RunnerCatalog.WhyNot(name) is { } why)
                {
                    throw new HarnessException($"--peer {name}: {why}");
                }
            }

            return Run(settings, cases, threadCounts, leftOut, path);
        });
        return command;
    }

    private static int Run(BenchmarkSettings settings, List<BenchmarkCase> cases, List<int> threads, int leftOut, string? path)
    {
        using var benchmark = new Benchmark(settings);
        var results = new List<BenchmarkResult>();
        var stopped = false;
        using (new Interruption(() => stopped = true))
        using (var progress = new BenchProgress(cases.Count * threads.Count))
        {
            foreach (var count in threads)
            {
                foreach (var which in cases)
                {
                    if (stopped)
                    {
                        break;
                    }

                    progress.Begin($"{which.Name}, {BenchView.What(which.Problem)}, {count} thread{(count > 1 ? "s" : "")}");
                    try
                    {
                        results.Add(benchmark.Run(which, count));
                    }
                    catch (ProblemDataException e)
                    {
                        throw new HarnessException($"{which.Name}: {e.Message}", isUsage: true);
                    }

                    if (path is not null)
                    {
                        BenchmarkFile.Write(path, results, settings.Rounds, Machine.Describe());
                    }
                }
            }
        }

        BenchView.Show(benchmark, settings, results, leftOut, path);
        return results.Any(r => r.Candidate.IsFailure) ? Program.DoesNotHold : Program.Holds;
    }

    private static (List<(string Name, Problem Problem)> Problems, int LeftOut) Problems(
        string[] files, string[] lines, (int Count, Profile Profile, ulong Seed, double Above)? generated, string? fixturesFolder, Pass[] passes)
    {
        if (generated is { } g)
        {
            if (files.Length + lines.Length > 0)
            {
                throw new HarnessException("--count: generates problems in place of FILE and --problem; give one of them", isUsage: true);
            }

            List<(string Name, Problem Problem)> found = [.. passes.DefaultIfEmpty(Pass.Forward).SelectMany(pass => BenchmarkCases.Generated(g.Profile, g.Seed, g.Count, g.Above, pass))];
            return found.Count == g.Count * Math.Max(1, passes.Length)
                ? (found, 0)
                : throw new HarnessException($"--above {g.Above.ToString(CultureInfo.InvariantCulture)}: the profile {g.Profile.Name} has hardly any problems of that size; --profile names a larger one", isUsage: true);
        }

        var parsed = lines.Select((line, i) => ($"problem:{i}", Parse(line))).ToList();
        if (files.Length == 0 && lines.Length == 0)
        {
            files = fixturesFolder is null
                ? throw new HarnessException("there is no fixtures folder here; name FILE, --problem or --fixtures DIR", isUsage: true)
                : [Path.Combine(fixturesFolder, "models.csv")];
        }

        var ofFiles = BenchmarkCases.OfFiles(files, out var leftOut);
        return (BenchmarkCases.InPasses([.. ofFiles, .. parsed], passes), leftOut);
    }

    private static Problem Parse(string line)
    {
        try
        {
            var problem = ProblemText.Parse(line);
            return BenchmarkCase.WhyNot(problem) is { } why
                ? throw new HarnessException($"--problem \"{line}\": cannot be timed: {why}", isUsage: true)
                : problem;
        }
        catch (FormatException e)
        {
            throw new HarnessException($"--problem \"{line}\": {e.Message}", isUsage: true);
        }
    }

    private static Pass ParsePass(string text)
    {
        try
        {
            return Passes.Parse(text);
        }
        catch (FormatException e)
        {
            throw new HarnessException($"--pass {text}: {e.Message}", isUsage: true);
        }
    }

    private static List<int> Threads(string text)
    {
        var counts = new List<int>();
        foreach (var word in text.Split(','))
        {
            counts.Add(word == "all" ? Environment.ProcessorCount
                : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1024 ? number
                : throw new HarnessException($"--threads {text}: write numbers from 1 to 1024, or all, as in 1,all", isUsage: true));
        }

        return [.. counts.Distinct()];
    }

    private static string? OutputPath(string? folder, bool force)
    {
        if (folder is null)
        {
            return null;
        }

        var path = Path.Combine(folder, BenchmarkFile.Name);
        if (!force && File.Exists(path))
        {
            throw new HarnessException($"--out {folder}: holds a {BenchmarkFile.Name} already; name another folder, or overwrite it by --force", isUsage: true);
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HarnessException($"--out {folder}: cannot be written: {e.Message}", isUsage: true);
        }

        return path;
    }
}
