namespace ParityHarness.Runners;

/// <summary>The parity command itself, which is started again as a worker, and as a server of runners that must have a process of their own.</summary>
internal static class ParityProgram
{
    /// <summary>The variable in which a script that calls this program hands over its own name, so that the lines to paste work as pasted.</summary>
    public const string NameVariable = "PARITY_COMMAND";

    /// <summary>A command that begins with <c>parity</c>, as it is typed here: e.g. with scripts/parity.</summary>
    public static string AsTyped(string command) =>
        Environment.GetEnvironmentVariable(NameVariable) is { Length: > 0 } name && command.StartsWith("parity ", StringComparison.Ordinal) ? name + command["parity".Length..] : command;

    /// <summary>Program and first arguments with which one of its commands is started; null where the parity command is not beside this program.</summary>
    public static string[]? Command(string command)
    {
        var program = Environment.ProcessPath;
        if (program is not null && string.Equals(Path.GetFileNameWithoutExtension(program), "parity", StringComparison.OrdinalIgnoreCase))
        {
            return [program, command];
        }

        var own = Path.Combine(AppContext.BaseDirectory, "parity.dll");
        return File.Exists(own) ? ["dotnet", own, command] : null;
    }
}
