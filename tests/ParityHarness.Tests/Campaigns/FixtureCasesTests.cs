using ParityHarness.Campaigns;
using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>Rows of files and problem lines become cases with names of their own.</summary>
public sealed class FixtureCasesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-cases-").FullName;

    [Fact]
    public void Cases_of_both_forms_and_of_several_files_have_different_names()
    {
        var one = Write("one.csv", "name,problem,form\nsame,l4_k3,both\nalone,l5_k3,functional\n");
        var two = Write("two.csv", "name,problem,form\nalone,l6_k3,module\n");
        var cases = new FixtureCases([one, two], ["l1_k1", "l2_k1"]);

        Assert.Equal(
            "same_functional: l4_k3, same_module: l4_k3_module, alone: l5_k3, alone-2: l6_k3_module, problem:4: l1_k1, problem:5: l2_k1",
            string.Join(", ", Enumerable.Range(0, 6).Select(i => $"{cases.At(i).Name}: {cases.At(i).Problem.ToString().Split(' ')[0]}")));
        Assert.Equal(6, cases.Count);
    }

    [Fact]
    public void A_row_without_an_answer_expects_nothing()
    {
        var file = Write("one.csv", "name,problem,outcome,reason\nopen,l4_k3,,\nclosed,l4_k3_p3,rejected,output_size\n");
        var cases = new FixtureCases([file], []);

        Assert.Null(cases.At(0).Expected);
        Assert.Equal("closed", cases.At(1).Expected!.Name);
    }

    [Fact]
    public void A_row_that_fails_in_both_forms_gives_rows_that_can_be_run_again_each_in_its_form()
    {
        var file = Write("one.csv", "name,problem,form\nsame,l4_k3,both\n");
        var settings = new CampaignSettings { Reference = "oracle", Candidate = CampaignRun.Faulty("flipped_kernel"), Files = [file] };
        var first = CampaignRun.Of(settings, CampaignRun.InProcess);
        var mismatches = Path.Combine(_folder, "mismatches.csv");
        using (var writer = new MismatchWriter(mismatches))
        {
            first.Rows.ForEach(writer.Append);
        }

        var again = CampaignRun.Of(settings with { Files = [mismatches] }, CampaignRun.InProcess);

        Assert.Equal("same_functional same_module", first.Names);
        Assert.Equal(first.Names, again.Names);
        Assert.Equal((2, 2), (again.Tally.Problems, again.Tally.Failed));
        Assert.Equal(Form.Module, FixtureFile.Read(mismatches)[1].Problems[0].Form);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
