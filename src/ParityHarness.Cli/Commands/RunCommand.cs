using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Cli.Commands;

/// <summary>parity run.</summary>
internal static class RunCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Fixture files: any CSV in the format of fixtures/README.md, a mismatches.csv too. Default: all in the fixtures folder",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var problems = new Option<string[]>("--problem")
        {
            Description = "A problem as one line; may be given several times, and then no file is run unless named",
            HelpName = "TEXT",
        };
        var lastFailed = new Option<string?>("--last-failed")
        {
            Description = $"What failed in an earlier run, once more, with its candidate, reference and tolerance unless others are named. Default: the last run in {Campaigning.DefaultFolder}",
            HelpName = "DIR",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var common = new CommonOptions();
        var command = new Command("run", $"""
            Runs problems from fixture files, or given as lines.

            A problem is one line, keys in any order, what is left out has its default:
              n2_ic8_oc12_l17_k3_s2_p1_op1_d2_g4_bias float32 forward integer seed7
            {ProblemText.Grammar}

            A model instead of problems: each ConvTranspose node with its own weight, against PyTorch or another model:
              parity run --candidate onnx:vocoder.onnx
            """);
        command.Arguments.Add(files);
        command.Options.Add(problems);
        command.Options.Add(lastFailed);
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(files) ?? [];
            var lines = parsed.GetValue(problems) ?? [];
            foreach (var line in lines)
            {
                CheckProblem(line);
            }

            if (parsed.GetResult(lastFailed) is not null)
            {
                return named.Length == 0 && lines.Length == 0
                    ? RunLastFailed(parsed, common, parsed.GetValue(lastFailed) ?? Campaigning.DefaultFolder)
                    : throw new HarnessException("--last-failed: runs what failed, and nothing else; leave FILE and --problem out", isUsage: true);
            }

            var (reference, candidate) = (parsed.GetValue(common.Reference), parsed.GetValue(common.Candidate)!);
            if (named.Length == 0 && lines.Length == 0 && (ModelCheck.IsModel(candidate) || (reference is not null && ModelCheck.IsModel(reference))))
            {
                return ModelView.Run(References.Choose(reference, needsLive: true), candidate, common.FixturesFolder(parsed));
            }

            var settings = common.Settings(parsed, References.Choose(parsed.GetValue(common.Reference), needsLive: false)) with
            {
                Files = named.Length > 0 ? [.. named.Select(Path.GetFullPath)] : lines.Length > 0 ? [] : AllFixtures(common.FixturesFolder(parsed)),
                Problems = lines,
            };
            return Campaigning.Run(parsed, common, settings, common.Limits(parsed) with { RangeLength = 16, TryWitnesses = !settings.IsLinesOnly }, "run");
        });
        return command;
    }

    /// <summary>Runs the rows of an earlier run. Its folder stays as it is, so that they can be run until all pass.</summary>
    private static int RunLastFailed(ParseResult parsed, CommonOptions common, string folder)
    {
        var (last, file) = (OutputFolder.SettingsOf(folder), Path.Combine(folder, OutputFolder.Mismatches));
        if (!ResultFile.Read(file).Any(row => row.Verdict == Verdict.Failed))
        {
            Console.WriteLine($"nothing failed in {folder}: there is nothing to run again");
            return Program.Holds;
        }

        var reference = parsed.GetValue(common.Reference) ?? last.Reference;
        var settings = common.Settings(parsed, References.Choose(reference, needsLive: false)) with { Files = [Path.GetFullPath(file)] };
        settings = settings with
        {
            Candidate = IsNamed(common.Candidate) ? settings.Candidate : last.Candidate,
            Tolerance = IsNamed(common.Tolerance) ? settings.Tolerance : last.Tolerance,
            StrictReasons = settings.StrictReasons || last.StrictReasons,
        };
        return Campaigning.Run(parsed, common, settings, common.Limits(parsed) with { RangeLength = 16, TryWitnesses = true }, "run", Path.Combine(folder, "again"));

        bool IsNamed(Option option) => parsed.GetResult(option) is { Implicit: false };
    }

    private static void CheckProblem(string line)
    {
        try
        {
            ProblemText.Parse(line);
        }
        catch (FormatException e)
        {
            throw new HarnessException($"--problem \"{line}\": {e.Message}", isUsage: true);
        }
    }

    private static List<string> AllFixtures(string? folder)
    {
        var files = folder is null
            ? []
            : Directory.GetFiles(folder, "*.csv").Where(f => Path.GetFileName(f) != KnownDivergences.FileName).Order(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? files
            : throw new HarnessException("there are no fixture files here; name FILE, --problem or --fixtures DIR", isUsage: true);
    }
}
