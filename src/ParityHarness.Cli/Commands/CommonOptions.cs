using System.CommandLine;
using System.Globalization;

using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Cli.Commands;

/// <summary>The options that run and fuzz share.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Reference { get; } = new("--reference")
    {
        Description = "What the candidate is held against. Default: torchsharp; in a build without it libtorch, else (run only) recorded",
        HelpName = "NAME",
    };

    public Option<string> Candidate { get; } = new("--candidate")
    {
        Description = "The implementation under test",
        HelpName = "NAME",
        DefaultValueFactory = _ => "kernel",
    };

    public Option<string> Tolerance { get; } = new("--tolerance")
    {
        Description = "Who decides about values: bound (the oracle's error bound, with accuracy), torch (assert_close), ulp:N, or RTOL,ATOL",
        HelpName = "T",
        DefaultValueFactory = _ => "bound",
    };

    public Option<string?> Where { get; } = new("--where")
    {
        Description = "Only the problems for which this holds, as \"dtype=float32 & g=1\"; fields and grammar: fixtures/README.md, when",
        HelpName = "CONDITION",
    };

    public Option<string?> Only { get; } = new("--only")
    {
        Description = "Only these dtypes, passes and forms, as float32,forward,legal: the dtypes' names, forward, grad_input, grad_weight, grad_bias, gradients, functional, module; legal leaves out what PyTorch rejects. Default: all that the candidate offers",
        HelpName = "WORDS",
    };

    public Option<string?> Out { get; } = new("--out")
    {
        Description = "Folder for mismatches.csv, summary.json and run.json; a run that was interrupted goes on by the same command. Default: parity-out (parity-out/problem for problem lines), which each run makes anew",
        HelpName = "DIR",
    };

    public Option<bool> Force { get; } = new("--force") { Description = "Begin anew, and overwrite what another run has left in --out" };

    public Option<bool> StrictReasons { get; } = new("--strict-reasons") { Description = "Fail where both reject, but for different reasons" };

    public Option<bool> AllRows { get; } = new("--all-rows") { Description = "Write a row for each problem, not only for what did not pass" };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Show the whole table of classes, all counts and the times" };

    public Option<bool> InProcess { get; } = new("--in-process") { Description = "Run without worker processes, for a debugger: a crash ends everything" };

    public Option<bool> Record { get; } = new("--record") { Description = "Append the distinct failures of the candidate to regressions.csv in the fixtures folder, with the reference's answer as expected" };

    public Option<int?> Jobs { get; } = NumberOption.Create("--jobs", "a whole number from 1 to 1024", 1, 1024);

    public Option<int?> MaxDeaths { get; } = NumberOption.Create("--max-deaths", "a whole number from 1", 1, int.MaxValue);

    public Option<int?> MaxFailures { get; } = NumberOption.Create("--max-failures", "a whole number from 1", 1, int.MaxValue);

    public Option<double?> Shrink { get; } = NumberOption.Create("--shrink", "a number of seconds from 0, up to 1000000", 0, 1e6);

    public Option<double?> Timeout { get; } = NumberOption.Create("--timeout", "a number of seconds above 0, up to 1000000", 1e-3, 1e6);

    public Option<string> Memory { get; } = new("--memory")
    {
        Description = "Data memory of a worker, as 4G or 500M; 0 for no limit",
        HelpName = "SIZE",
        DefaultValueFactory = _ => "4G",
    };

    public Option<string?> Fixtures { get; } = new("--fixtures")
    {
        Description = "Folder with divergences.csv, regressions.csv and the recorded answers. Default: fixtures here, else the project's, else beside the program",
        HelpName = "DIR",
    };

    public CommonOptions()
    {
        (Jobs.Description, Jobs.HelpName, Jobs.DefaultValueFactory) = ("Worker processes", "N", _ => Environment.ProcessorCount);
        (Timeout.Description, Timeout.HelpName, Timeout.DefaultValueFactory) = ("Seconds of processor time that one call may take before its process is ended, or twice as many by the clock; 1 s for each 50 million multiply-adds is added", "S", _ => 5);
        (MaxFailures.Description, MaxFailures.HelpName) = ("End early after so many distinct kinds of failure; 1 stops at the first", "N");
        (Shrink.Description, Shrink.HelpName, Shrink.DefaultValueFactory) = ("Seconds that shrinking and explaining the failures may take at the end; 0 leaves it out", "S", _ => 20);
        (MaxDeaths.Description, MaxDeaths.HelpName, MaxDeaths.DefaultValueFactory) = ("End early after so many deaths of workers; those of known divergences do not count", "N", _ => 50);
    }

    /// <summary>Adds all to a command that runs a campaign.</summary>
    public void AddTo(Command command)
    {
        AddDecidersTo(command);
        foreach (var option in (Option[])[Where, Only, Out, Force, AllRows, Record, Verbose, Shrink, Jobs, MaxFailures, MaxDeaths])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Adds those that decide what comes of a single problem.</summary>
    public void AddDecidersTo(Command command)
    {
        foreach (var option in (Option[])[Reference, Candidate, Tolerance, StrictReasons, Timeout, Memory, Fixtures, InProcess])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The fixtures folder in force, or null.</summary>
    /// <exception cref="HarnessException">The folder that was named does not exist.</exception>
    public string? FixturesFolder(ParseResult parsed) => parsed.GetValue(Fixtures) is { } named
        ? Directory.Exists(named) ? Path.GetFullPath(named) : throw new HarnessException($"--fixtures {named}: there is no such folder", isUsage: true)
        : ProjectFiles.Fixtures();

    /// <summary>What the options say, but for the cases.</summary>
    public CampaignSettings Settings(ParseResult parsed, string reference)
    {
        ParityHarness.Problems.Tolerance.Parse(parsed.GetValue(Tolerance)!);
        return new CampaignSettings
        {
            Reference = reference,
            Candidate = parsed.GetValue(Candidate)!,
            Tolerance = parsed.GetValue(Tolerance)!,
            StrictReasons = parsed.GetValue(StrictReasons),
            AllRows = parsed.GetValue(AllRows),
            Where = Condition(parsed.GetValue(Where)),
            Only = Words(parsed.GetValue(Only)),
            TimeoutSeconds = parsed.GetValue(Timeout)!.Value,
            MemoryBytes = Bytes(parsed.GetValue(Memory)!),
            FixturesFolder = FixturesFolder(parsed),
        };
    }

    /// <summary>The limits that the options say.</summary>
    public CampaignLimits Limits(ParseResult parsed)
    {
        var inProcess = parsed.GetValue(InProcess);
        return new CampaignLimits
        {
            Workers = inProcess ? 1 : parsed.GetValue(Jobs)!.Value,
            InProcess = inProcess,
            MaxFailures = parsed.GetValue(MaxFailures),
            MostDeaths = parsed.GetValue(MaxDeaths)!.Value,
            WorkerCommand = WorkerCommand(),
        };
    }

    /// <summary>The program that is a worker: this one.</summary>
    public static IReadOnlyList<string> WorkerCommand() => ParityProgram.Command("worker")!;

    private static string? Condition(string? text)
    {
        try
        {
            return text is null ? null : ProblemCondition.Parse(text).ToString();
        }
        catch (FormatException e)
        {
            throw new HarnessException($"--where \"{text}\": {e.Message}", isUsage: true);
        }
    }

    private static string? Words(string? text)
    {
        try
        {
            return text is null ? null : text.Length == 0 ? throw new FormatException("a word is missing; write for example float32,forward") : Scope.Parse(text).ToString();
        }
        catch (FormatException e)
        {
            throw new HarnessException($"--only {text}: {e.Message}", isUsage: true);
        }
    }

    private static long Bytes(string text)
    {
        var factor = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1 };
        return long.TryParse(factor == 1 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / factor
            ? number * factor
            : throw new HarnessException($"--memory {text}: write a size as 4G or 500M, or 0 for no limit", isUsage: true);
    }
}
