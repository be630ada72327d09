using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Reports;
using ParityHarness.Results;

namespace ParityHarness.Cli.Commands;

/// <summary>parity explain.</summary>
internal static class ExplainCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var line = new Argument<string>("PROBLEM") { Description = "A problem as one line; parity run --help lists its keys. Or onnx:MODEL.onnx, for the nodes of a model" };
        var svg = new Option<string?>("--svg") { Description = "Draw it into a file instead", HelpName = "FILE" };
        var command = new Command("explain", """
            Shows which input and tap make each output: stride, dilation, what padding cuts off, what output_padding appends.

              parity explain "l4_k3 input=[1,1,1,1] weight=[1,2,3]"
              parity explain onnx:vocoder.onnx          each ConvTranspose node as PyTorch's call
            """);
        command.Arguments.Add(line);
        command.Options.Add(svg);
        command.SetAction(parsed => Explain(parsed.GetValue(line)!, parsed.GetValue(svg)));
        return command;
    }

    private static int Explain(string line, string? svg)
    {
        if (ModelCheck.IsModel(line))
        {
            return ModelView.Explain(line);
        }

        Explanation explanation;
        try
        {
            explanation = new Explanation(ProblemText.Parse(line));
        }
        catch (FormatException e)
        {
            throw new HarnessException($"\"{line}\": {e.Message}", isUsage: true);
        }

        if (svg is null)
        {
            Console.Write(explanation.ToText(Terminal.Output.Profile.Width));
        }
        else
        {
            WholeFile.Write(svg, ExplanationSvg.Of(explanation));
            Console.WriteLine($"written: {svg}");
        }

        return Program.Holds;
    }
}
