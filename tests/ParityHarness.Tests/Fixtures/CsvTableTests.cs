using ParityHarness.Fixtures;

using Xunit;

namespace ParityHarness.Tests.Fixtures;

public class CsvTableTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("=HYPERLINK(\"http://localhost\",\"a, b\")")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-1+cmd")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("\n =1+1")]
    [InlineData("＝1+1")]
    [InlineData("--help")]
    public void A_text_that_a_spreadsheet_would_run_is_written_behind_an_apostrophe_and_read_as_it_was(string text)
    {
        Assert.StartsWith("'" + text[0], Written(text).Trim('"'), StringComparison.Ordinal);
        Assert.Equal(text, Read(text));
        Assert.Equal("'" + text, Read("'" + text));
        Assert.Equal("''" + text, Read("''" + text));
    }

    [Theory]
    [InlineData("-0")]
    [InlineData("-inf")]
    [InlineData("-1.5E-12")]
    [InlineData("+3")]
    [InlineData("[-1,-2]")]
    [InlineData("stride-2_padding-1")]
    [InlineData("'quoted' words")]
    [InlineData("'")]
    [InlineData("'-5")]
    [InlineData(" a")]
    [InlineData("")]
    public void Numbers_tensors_and_other_texts_are_written_as_they_are(string text)
    {
        Assert.Equal(text, Written(text).Trim('"'));
        Assert.Equal(text, Read(text));
    }

    private static string Written(string text) => CsvTable.Format([["a", "b"], ["x", text]])["a,b\nx,".Length..^1].Replace("\"\"", "\"", StringComparison.Ordinal);

    private static string Read(string text) =>
        Assert.Single(CsvTable.Parse("a.csv", new StringReader(CsvTable.Format([["a", "b"], ["x", text]])), null, []).Lines)["b"];
}
