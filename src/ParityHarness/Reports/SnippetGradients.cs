using ParityHarness.Problems;

namespace ParityHarness.Reports;

/// <summary>What a program without the harness asks autograd for.</summary>
internal static class SnippetGradients
{
    /// <summary>The variables whose gradients a problem wants, e.g. "input, module.weight".</summary>
    public static string Of(Problem problem)
    {
        var module = problem.Form == Form.Module ? "module." : "";
        return string.Join(", ", Passes.Gradients.Where(pass => problem.Pass.HasFlag(pass)).Select(pass => pass switch
        {
            Pass.GradInput => "input",
            Pass.GradWeight => module + "weight",
            _ => module + "bias",
        }));
    }
}
