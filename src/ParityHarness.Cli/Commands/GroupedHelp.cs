using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;

using ParityHarness.Cli.Views;
using ParityHarness.Runners;

namespace ParityHarness.Cli.Commands;

/// <summary>The help of commands that run a candidate: their options in groups, and the runners' names once.</summary>
/// <param name="standard">The help of all other commands.</param>
internal sealed class GroupedHelp(HelpAction standard) : SynchronousCommandLineAction
{
    /// <summary>So wide where no terminal says how wide it is.</summary>
    private const int StandardWidth = 100;
    private const int NameWidth = 22;

    private static readonly (string Title, string[] Options)[] Groups =
    [
        ("What is run", ["--problem", "--last-failed", "--profile", "--seed", "--count", "--duration", "--shard", "--where", "--only", "--pass", "--form", "--dtype", "--batch", "--threads", "--rounds", "--above"]),
        ("Against what", ["--candidate", "--reference", "--peer", "--fixtures"]),
        ("How it is judged", ["--tolerance", "--strict-reasons"]),
        ("Output", ["--verbose", "--out", "--force", "--all-rows", "--record", "--shrink", "--budget"]),
        ("Limits", ["--max-failures", "--max-deaths", "--jobs", "--timeout", "--memory", "--in-process"]),
    ];

    /// <summary>Whoever asks for help need not have given all that is required.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        if (command.Options.All(option => option.Name != "--candidate"))
        {
            return standard.Invoke(parseResult);
        }

        var output = parseResult.InvocationConfiguration.Output;
        var width = Console.IsOutputRedirected ? StandardWidth : Math.Min(StandardWidth, Terminal.Output.Profile.Width);
        foreach (var line in command.Description!.ReplaceLineEndings("\n").Split('\n'))
        {
            Write(output, "", line, 0, width);
        }

        output.WriteLine();
        output.WriteLine($"Usage:\n  parity {command.Name} {string.Join(' ', command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}...]" : argument.Name).Append("[options]"))}");
        foreach (var argument in command.Arguments)
        {
            Write(output, $"  {argument.Name}", argument.Description!, NameWidth + 2, width);
        }

        var grouped = Groups.SelectMany(group => group.Options).ToHashSet(StringComparer.Ordinal);
        foreach (var (title, names) in Groups.Append(("Other options", [.. command.Options.Select(option => option.Name).Where(name => !grouped.Contains(name))])))
        {
            var options = names.Select(name => command.Options.FirstOrDefault(option => option.Name == name)).OfType<Option>().ToList();
            if (options.Count > 0)
            {
                output.WriteLine($"\n{title}:");
                options.ForEach(option => Write(output, $"  {Label(option)}", Description(option), NameWidth + 2, width));
            }
        }

        output.WriteLine("\nRunners, for NAME (parity env says which are here):");
        Write(output, "", RunnerCatalog.Names, 2, width);
        return Program.Holds;
    }

    private static string Label(Option option) =>
        $"{string.Join(", ", option.Aliases.Where(alias => alias[0] == '-').Append(option.Name).OrderBy(name => name.Length))}{(option.HelpName is { } name ? $" <{name}>" : "")}";

    private static string Description(Option option) => option.HasDefaultValue && option.ValueType != typeof(bool) && option.GetDefaultValue() is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{option.Description} [default: {value}]")
        : option.Description!;

    /// <summary>Writes a text beside a name, broken between words; what continues stands below the text's beginning.</summary>
    private static void Write(TextWriter output, string name, string text, int indent, int width)
    {
        var line = name.PadRight(indent);
        if (name.Length >= indent && indent > 0)
        {
            output.WriteLine(name.TrimEnd());
            line = new string(' ', indent);
        }

        if (line.Length + text.Length <= width)
        {
            output.WriteLine((line + text).TrimEnd());
            return;
        }

        // A text that is indented goes on as it began.
        indent += text.Length - text.TrimStart().Length;
        line += text[..(text.Length - text.TrimStart().Length)];
        var isEmpty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                output.WriteLine(line);
                (line, isEmpty) = (new string(' ', indent), true);
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        output.WriteLine(line);
    }
}
