namespace ParityHarness.Runners;

/// <summary>The parity command itself, which is started again as a worker, and as a server of runners that must have a process of their own.</summary>
public static class ParityProgram
{
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
