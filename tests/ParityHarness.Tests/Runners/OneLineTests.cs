using ParityHarness.Runners;

using Xunit;

namespace ParityHarness.Tests.Runners;

/// <summary>A runner's words become one line that does no harm where it is shown.</summary>
public sealed class OneLineTests
{
    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("\n\n  first\nsecond", "first")]
    [InlineData("a\tb", "a b")]
    [InlineData("\u001b[31mred\u001b[0m", "\uFFFD[31mred\uFFFD[0m")]
    [InlineData("bell\a, null\0", "bell\uFFFD, null\uFFFD")]
    [InlineData("\u202Eturned", "\uFFFDturned")]
    [InlineData("größer", "größer")]
    [InlineData("", "")]
    public void Control_characters_do_not_pass(string words, string expected) => Assert.Equal(expected, OneLine.Of(words));

    [Fact]
    public void A_long_line_is_cut() => Assert.Equal(new string('a', OneLine.MostCharacters) + "...", OneLine.Of(new string('a', 1 << 20)));

    [Fact]
    public void An_outcomes_message_and_what_a_runner_says_of_itself_are_such_lines()
    {
        using var outcome = new Outcome();
        outcome.Fault("\u001b]0;title\a" + new string('x', 10_000));

        Assert.DoesNotContain('\u001b', outcome.Message);
        Assert.InRange(outcome.Message.Length, 1, OneLine.MostCharacters + 3);
    }
}
