using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>A test that needs a program; where the program is missing it is skipped, with that as the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithAttribute : FactAttribute
{
    public FactWithAttribute(string program)
    {
        Program = program;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Skip = $"{program} is not on the PATH";
        }
    }

    public string Program { get; }
}
