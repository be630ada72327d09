using System.Text.RegularExpressions;
using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>Holds the outputs that a page shows against what was printed.</summary>
internal static partial class ShownOutputs
{
    /// <summary>Each text block against what the block above it printed.</summary>
    /// <param name="session">What was typed.</param>
    /// <param name="csharp">What the C# lines say, where the block above is of these.</param>
    public static void AssertPrinted(PageSession session, string csharp = "")
    {
        var printed = "";
        foreach (var (language, lines) in session.Page.Blocks)
        {
            if (language == "sh")
            {
                printed = string.Concat(lines.Except(PageSession.NotTyped, StringComparer.Ordinal).Select(l => session[l].Output));
            }
            else if (language == "csharp")
            {
                printed = csharp;
            }
            else if (language == "text" && !lines[0].StartsWith("setup: ", StringComparison.Ordinal))
            {
                Assert.True(printed.Length > 0, $"there is no command before the output\n{string.Join('\n', lines)}");
                AssertShown(session.Page, lines, [.. printed.Split('\n').Select(Plain)]);
            }
        }
    }

    private static void AssertShown(Page page, string[] shown, string[] printed)
    {
        var at = 0;
        foreach (var line in shown.Where(l => l != "[...]"))
        {
            var wanted = Plain(line).Split("[...]");
            at = Array.FindIndex(printed, at, l => l.StartsWith(wanted[0], StringComparison.Ordinal) && (wanted.Length > 1 || l == wanted[0])) + 1;
            Assert.True(at > 0, $"{page.Path} shows\n{line}\nwhich is not printed, or not there. Printed:\n{string.Join('\n', printed)}");
        }
    }

    /// <summary>Numbers depend on the processor, and the words do not.</summary>
    private static string Plain(string line) =>
        Number().Replace(WhiteSpace().Replace(Reference().Replace(line, "${which} NAME"), " ").Trim(), "#");

    [GeneratedRegex(@"(?<which>--reference|reference in force:|; reference) \w+", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"-?\d[\d,.E+-]*")]
    private static partial Regex Number();
}
