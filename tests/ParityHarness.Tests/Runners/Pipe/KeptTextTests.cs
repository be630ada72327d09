using System.IO.Pipelines;
using System.Text;

using ParityHarness.Runners;
using ParityHarness.Runners.Pipe;

using Xunit;

namespace ParityHarness.Tests.Runners.Pipe;

/// <summary>Of what a program writes its first and its last line are kept, however much it writes.</summary>
public sealed class KeptTextTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("one\n", "one", "one")]
    [InlineData("one\ntwo\nthree", "one", "three")]
    [InlineData("\n\n one \n\n two\n\n", "one", "two")]
    public async Task The_first_and_the_last_line_are_kept(string text, string first, string last)
    {
        var kept = await Read(async writer => await writer.WriteAsync(Encoding.UTF8.GetBytes(text)));

        Assert.Equal((first, last), (kept.FirstLine, kept.LastLine));
    }

    [Fact]
    public async Task A_line_without_end_is_read_and_dropped()
    {
        var chunk = Encoding.UTF8.GetBytes(new string('x', 1 << 16));
        var kept = await Read(async writer =>
        {
            for (var i = 0; i < 1024; i++)
            {
                await writer.WriteAsync(chunk);
            }
        });

        Assert.InRange(kept.FirstLine.Length, 1, OneLine.MostCharacters + 3);
    }

    private static async Task<KeptText> Read(Func<PipeWriter, Task> write)
    {
        var pipe = new System.IO.Pipelines.Pipe();
        var kept = new KeptText(pipe.Reader.AsStream());
        await write(pipe.Writer);
        await pipe.Writer.CompleteAsync();
        kept.WaitForEnd(TimeSpan.FromMinutes(5));
        return kept;
    }
}
