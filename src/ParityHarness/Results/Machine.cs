using System.Globalization;
using System.Runtime.InteropServices;

namespace ParityHarness.Results;

/// <summary>On what a run was made.</summary>
internal static class Machine
{
    private const string ProcessorFacts = "/proc/cpuinfo";

    /// <summary>For example <c>AMD EPYC 9B45, 2 cores, Debian GNU/Linux 12 (bookworm), .NET 10.0.1</c>.</summary>
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} {(Environment.ProcessorCount == 1 ? "core" : "cores")}, {RuntimeInformation.OSDescription}, .NET {Environment.Version}");

    private static string Processor()
    {
        try
        {
            var line = File.Exists(ProcessorFacts) ? File.ReadLines(ProcessorFacts).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
            return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.OSArchitecture.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RuntimeInformation.OSArchitecture.ToString();
        }
    }
}
