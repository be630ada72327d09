using System.CommandLine;
using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

using ParityHarness.Runners;
using ParityHarness.Runners.Pipe;

namespace ParityHarness.Cli.Commands;

/// <summary>parity serve.</summary>
internal static partial class ServeCommand
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"The runner: {RunnerCatalog.Names}" };
        var fixtures = new Option<string?>("--fixtures") { Description = "Folder with the recorded answers. Default: fixtures here, else the project's, else beside the program", HelpName = "DIR" };
        var command = new Command("serve", """
            Offers a runner over the pipe protocol: requests on standard input, answers on standard output.

            Another parity, in another root, container or machine, takes it as exec:"... parity serve NAME".
            The protocol: src/examples/pipe-protocol.md
            """);
        command.Arguments.Add(name);
        command.Options.Add(fixtures);
        command.SetAction(parsed => Serve(parsed.GetValue(name)!, parsed.GetValue(fixtures) ?? ProjectFiles.Fixtures()));
        return command;
    }

    private static int Serve(string name, string? fixtures)
    {
        // Before the runner is loaded: what a library prints must not get between the answers.
        using var answers = TakeStandardOutput();
        using var runner = RunnerCatalog.Create(name, fixtures);
        try
        {
            PipeServer.Serve(runner, Console.OpenStandardInput(), answers);
            return Program.Holds;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine($"parity serve: a request is not of the pipe protocol: {e.Message}; see src/examples/pipe-protocol.md");
            return Program.BadUsage;
        }
        catch (IOException)
        {
            // Whoever asked is gone.
            return Program.Holds;
        }
    }

    private static Stream TakeStandardOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            var own = Console.OpenStandardOutput();
            Console.SetOut(Console.Error);
            return own;
        }

        var copy = Duplicate(StandardOutput);
        if (copy < 0 || DuplicateTo(StandardError, StandardOutput) < 0)
        {
            throw new IOException("standard output cannot be set aside for the answers");
        }

        return new FileStream(new SafeFileHandle(copy, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int DuplicateTo(int descriptor, int to);
}
