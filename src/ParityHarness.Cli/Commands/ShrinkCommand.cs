using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Failures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Cli.Commands;

/// <summary>parity shrink.</summary>
internal static class ShrinkCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var line = new Argument<string>("PROBLEM") { Description = "A problem that fails, as one line; parity run --help lists its keys" };
        var budget = NumberOption.Create("--budget", "a number of seconds above 0, up to 1000000", 1e-3, 1e6);
        (budget.Description, budget.HelpName, budget.DefaultValueFactory) = ("How long it may take, in seconds", "S", _ => 60);
        var common = new CommonOptions();
        var command = new Command("shrink", """
            Finds the smallest problem that fails in the same way as the one given: parameters first, then the numbers.

            Exit code 1 with the smaller problem; 0 where the given one does not fail.
            """);
        command.Arguments.Add(line);
        common.AddDecidersTo(command);
        command.Options.Add(budget);
        command.SetAction(parsed =>
        {
            var problem = Parse(parsed.GetValue(line)!);
            var settings = common.Settings(parsed, References.Choose(parsed.GetValue(common.Reference), needsLive: false));
            return Shrink(problem, settings, parsed.GetValue(common.InProcess), TimeSpan.FromSeconds(parsed.GetValue(budget)!.Value));
        });
        return command;
    }

    private static int Shrink(Problem problem, CampaignSettings settings, bool inProcess, TimeSpan budget)
    {
        using var trials = new Trials(settings, new CampaignLimits { InProcess = inProcess, WorkerCommand = CommonOptions.WorkerCommand() });
        var row = trials.Run(problem) ?? throw new HarnessException(settings.ScopeOf(trials.Candidate.Scope).Covers(problem) ? $"{problem}: its tensors cannot be made" : $"{problem}: is outside of what the candidate offers ({trials.Candidate.Scope})", isUsage: true);
        if (FailureKind.Of(row) is not { } kind)
        {
            Console.WriteLine($"nothing to shrink: the problem does not fail ({Words.Of(row.Verdict)}{(row.Detail.Length > 0 ? $": {row.Detail}" : "")})");
            return Program.Holds;
        }

        var isReferences = row.Side == Side.Reference && settings.Reference is not ("oracle" or "recorded");
        using var ofReference = isReferences
            ? new Trials(settings with { Reference = "oracle", Candidate = settings.Reference }, new CampaignLimits { InProcess = inProcess, WorkerCommand = CommonOptions.WorkerCommand() })
            : null;
        var shrunk = FailureAnalysis.Explain(kind, problem, trials, ofReference ?? trials, budget);
        Console.WriteLine($"given:  {problem}");
        Console.WriteLine($"        {row.Detail}");
        Console.WriteLine($"shrunk: {shrunk.Smallest}");
        Console.WriteLine($"        {shrunk.Row.Detail}");
        if (shrunk.Diagnosis.Length > 0)
        {
            Console.WriteLine($"why:    {shrunk.Diagnosis}");
        }

        Console.WriteLine($"reference: {trials.Reference.Label}, candidate: {trials.Candidate.Label}");
        Console.WriteLine($"{shrunk.Tried:N0} problems tried{(shrunk.IsCutShort ? "; stopped by --budget, there may be smaller ones" : "")}");
        Console.WriteLine($"run it: {Runners.ParityProgram.AsTyped(shrunk.Row.Rerun)}");
        return Program.DoesNotHold;
    }

    private static Problem Parse(string line)
    {
        try
        {
            return ProblemText.Parse(line);
        }
        catch (FormatException e)
        {
            throw new HarnessException($"\"{line}\": {e.Message}", isUsage: true);
        }
    }
}
