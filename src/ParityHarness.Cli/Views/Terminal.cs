using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>Results go to stdout, progress to stderr; colour only where a person looks, and never with NO_COLOR.</summary>
internal static class Terminal
{
    /// <summary>stdout.</summary>
    public static IAnsiConsole Output { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>stderr.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether a live bar can be drawn: where a person looks, and the cursor can be moved.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && Error.Profile.Capabilities.Ansi && Environment.GetEnvironmentVariable("CI") is null or "";

    /// <summary>An aligned table with columns of these names.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).Expand();
        table.Expand = false;
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column.EscapeMarkup()));
        }

        return table;
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var plain = redirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            // A file has no width: lines are not to be broken or cut.
            console.Profile.Width = 1 << 20;
        }

        return console;
    }
}
