using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>Every command of the pages does what the page says, one after the other, as a newcomer types them.</summary>
[Trait("speed", "slow")]
public class PagesTests
{
    [Fact]
    public void There_is_a_page_for_each_kind_of_implementation() =>
        Assert.Equal("src/examples/c.md src/examples/rust.md src/examples/csharp.md src/examples/onnx.md src/examples/python.md", string.Join(' ', Page.Kinds.Select(p => p.Path)));

    [Fact]
    public void C_does_what_its_page_says() => AssertPage("src/examples/c.md");

    [RequiresFact("rustc")]
    public void Rust_does_what_its_page_says() => AssertPage("src/examples/rust.md");

    [Fact]
    public void The_way_from_the_first_run_to_CI_goes_as_its_page_says() => AssertPage("src/examples/README.md");

    [Fact]
    public void The_command_line_does_what_its_page_says() => AssertPage("src/ParityHarness.Cli/README.md");

    [Fact]
    public void Benchmarks_are_made_as_their_page_says() => AssertPage("src/ParityHarness.Kernels/benchmarks/README.md");

    [Fact]
    public void CSharp_does_what_its_page_says() => AssertPage("src/examples/csharp.md");

    [Fact]
    public void Onnx_does_what_its_page_says() => AssertPage("src/examples/onnx.md");

    [RequiresFact("python3")]
    public void Python_does_what_its_page_says() => AssertPage("src/examples/python.md");

    private static void AssertPage(string path)
    {
        using var session = new PageSession(Page.Of(path));
        Assert.NotEmpty(session.Page.ShellLines);
        foreach (var line in session.Page.ShellLines)
        {
            var (exit, output, errors) = session[line];
            Assert.True(exit == Page.ExpectedExit(line), $"{path}: {line}\nended with {exit}:\n{output}{errors}");
            if (Page.IsCampaign(line))
            {
                Assert.StartsWith(Page.ExpectedVerdict(line), Page.Verdict(output), StringComparison.Ordinal);
            }
        }

        ShownOutputs.AssertPrinted(session);
    }
}
