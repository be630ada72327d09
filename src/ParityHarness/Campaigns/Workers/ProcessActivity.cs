using System.Globalization;

namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// What a process and the programs that it has started are doing: so that a time limit counts their work, and not the clock of a
/// machine on which they wait for a processor.
/// </summary>
/// <param name="ProcessorTime">User and system time of all of them so far.</param>
/// <param name="IsRunnable">Whether a thread of them runs, or waits for nothing but a processor or a disk.</param>
internal readonly record struct ProcessActivity(TimeSpan ProcessorTime, bool IsRunnable)
{
    private static readonly double TicksPerSecond = 100; // USER_HZ, which proc(5) counts in, is 100 on Linux x64

    /// <summary>Reads it; null where the process has ended, or the system does not tell (no /proc).</summary>
    public static ProcessActivity? Of(int process)
    {
        try
        {
            var (ticks, isRunnable) = Read(process, depth: 0);
            return new ProcessActivity(TimeSpan.FromSeconds(ticks / TicksPerSecond), isRunnable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static (long Ticks, bool IsRunnable) Read(int process, int depth)
    {
        // Fields 14 and 15 of stat, utime and stime; 16 and 17 are those of children that have ended and were waited for.
        var fields = Fields($"/proc/{process}/stat");
        var ticks = 0L;
        for (var i = 11; i <= 14; i++)
        {
            ticks += long.Parse(fields[i], CultureInfo.InvariantCulture);
        }

        var isRunnable = false;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            isRunnable |= State(task) is "R" or "D";
            foreach (var child in depth < 8 ? Children(task) : [])
            {
                var (more, runs) = Read(child, depth + 1);
                ticks += more;
                isRunnable |= runs;
            }
        }

        return (ticks, isRunnable);
    }

    private static string State(string task)
    {
        try
        {
            return Fields(Path.Combine(task, "stat"))[0];
        }
        catch (IOException)
        {
            return ""; // a thread that has ended meanwhile
        }
    }

    private static int[] Children(string task)
    {
        try
        {
            return [.. File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return []; // a kernel without CONFIG_PROC_CHILDREN, or a thread that has ended
        }
    }

    /// <summary>The fields from the state on: the name before it stands in brackets and may hold anything.</summary>
    private static string[] Fields(string stat)
    {
        var text = File.ReadAllText(stat);
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }
}
