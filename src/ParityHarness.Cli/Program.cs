using System.CommandLine;
using System.CommandLine.Help;

using ParityHarness.Campaigns.Workers;
using ParityHarness.Cli.Commands;
using ParityHarness.Results;

namespace ParityHarness.Cli;

/// <summary>The parity command.</summary>
internal static class Program
{
    /// <summary>Parity holds.</summary>
    public const int Holds = 0;

    /// <summary>Parity does not hold.</summary>
    public const int DoesNotHold = 1;

    /// <summary>Bad usage or a bad file.</summary>
    public const int BadUsage = 2;

    /// <summary>No live reference, or the harness itself failed.</summary>
    public const int HarnessFailed = 3;

    /// <summary>Runs one command.</summary>
    public static int Main(string[] args)
    {
        if (args is ["worker", var orders, var answers, var status])
        {
            return Worker.Run(orders, answers, status);
        }

        Console.SetError(new ForgivingWriter(Console.Error));
        var root = new RootCommand("""
            Tells whether an implementation of ConvTranspose1d is PyTorch's: runs it beside libtorch on the same bits and judges what differs.

            Start with:  parity fuzz --profile smoke
            Your own:    parity init c; parity fuzz --candidate native:./libmine.so
            What failed: parity run --last-failed
            One case:    parity run --problem "l4_k3_s2 float32 integer seed1"

            Exit codes: 0 parity holds, 1 it does not, 2 bad usage or a bad file, 3 no live reference or the harness failed.
            """);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(FuzzCommand.Create());
        root.Subcommands.Add(ShrinkCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(SolveCommand.Create());
        root.Subcommands.Add(ConformanceCommand.Create());
        root.Subcommands.Add(InitCommand.Create());
        root.Subcommands.Add(FindingsCommand.Create());
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(EnvCommand.Create());
        try
        {
            var help = root.Options.OfType<HelpOption>().Single();
            help.Action = new GroupedHelp((HelpAction)help.Action!);
            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                var command = parsed.CommandResult.Command;
                Console.Error.WriteLine($"parity: {UsageError(parsed)}see 'parity {(command is RootCommand ? "" : command.Name + " ")}--help'");
                return BadUsage;
            }

            if (parsed.CommandResult.Command == root)
            {
                // The list of commands has a line for each; its own --help says the rest.
                foreach (var command in root.Subcommands)
                {
                    command.Description = command.Description?.Split('\n')[0];
                }
            }

            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"parity: {OneLine(e.Message)}");
            return e is HarnessException { IsUsage: true } or FormatException or Fixtures.FixtureException or Runners.RunnerLoadException
                ? BadUsage
                : HarnessFailed;
        }
    }

    /// <summary>What is unknown, with what may have been meant, says more than what is missing for it; of what is missing all is told at once.</summary>
    private static string UsageError(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..] && parsed.Errors.FirstOrDefault(e => e.Message.Contains($"'{unknown}'", StringComparison.Ordinal)) is { } error)
        {
            var known = unknown.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
            return OneLine(error.Message) + Problems.Spelling.DidYouMean(unknown, known);
        }

        var missing = command.Options.Select(option => $"'{option.Name}'").Where(name => parsed.Errors.Any(e => e.Message.StartsWith($"Option {name} is required", StringComparison.Ordinal))).ToList();
        if (missing.Count > 1)
        {
            return $"Options {string.Join(", ", missing[..^1])} and {missing[^1]} are required; ";
        }

        // The library's text for a missing argument does not name it; its lists of choices have a tab before each.
        var needed = command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0)?.Name;
        return OneLine(parsed.Errors[0].Message.Replace("\t", "", StringComparison.Ordinal))
            .Replace("Required argument missing for command", $"Required argument {needed} missing for command", StringComparison.Ordinal) + "; ";
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd(' ', '.');
}
