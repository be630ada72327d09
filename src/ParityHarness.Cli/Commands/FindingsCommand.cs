using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Reports;
using ParityHarness.Results;

namespace ParityHarness.Cli.Commands;

/// <summary>parity findings.</summary>
internal static class FindingsCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var fixtures = new Option<string?>("--fixtures") { Description = "Folder with divergences.csv. Default: fixtures here, else the project's, else beside the program", HelpName = "DIR" };
        var output = new Option<string?>("--out") { Description = "Write the page into a file instead", HelpName = "FILE" };
        var command = new Command("findings", """
            Shows the known faults of PyTorch, oneDNN and ONNX Runtime as a page, each with its smallest program.

            The page of this project: fixtures/divergences.md
            """);
        command.Options.Add(fixtures);
        command.Options.Add(output);
        command.SetAction(parsed =>
        {
            var page = FindingsPage.Of(KnownDivergences.All(parsed.GetValue(fixtures) ?? ProjectFiles.Fixtures()));
            if (parsed.GetValue(output) is { } file)
            {
                WholeFile.Write(file, page);
                Console.WriteLine($"written: {file}");
            }
            else
            {
                Console.Write(page);
            }

            return Program.Holds;
        });
        return command;
    }
}
