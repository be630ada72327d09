using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>A problem as a Python program for PyTorch.</summary>
internal static class PyTorchSnippet
{
    public static string Of(Problem problem, TensorSet tensors, IEnumerable<string> answers)
    {
        var code = new StringBuilder("import torch\nfrom math import inf, nan\n\n");
        Make(code, "input", tensors.Input);
        Make(code, "weight", tensors.Weight);
        if (tensors.Bias is { } bias)
        {
            Make(code, "bias", bias);
        }

        if (tensors.GradOutput is { } gradOutput)
        {
            Make(code, "grad_output", gradOutput);
        }

        var arguments = $"stride={Value(problem.Stride, problem.StrideList)}, padding={Value(problem.Padding, problem.PaddingList)}, output_padding={Value(problem.OutputPadding, problem.OutputPaddingList)}, groups={Text(problem.Groups)}, dilation={Value(problem.Dilation, problem.DilationList)}";
        var requires = tensors.GradOutput is null ? "False" : "True";
        if (tensors.GradOutput is not null)
        {
            code.Append(problem.Form == Form.Module ? "input.requires_grad_()\n" : problem.HasBias ? "for tensor in (input, weight, bias): tensor.requires_grad_()\n" : "for tensor in (input, weight): tensor.requires_grad_()\n");
        }

        if (problem.Form == Form.Module)
        {
            code.Append(CultureInfo.InvariantCulture, $"module = torch.nn.ConvTranspose1d({problem.InChannels}, {problem.OutChannels}, {problem.KernelSize}, {arguments}, bias={(problem.HasBias ? "True" : "False")}, padding_mode='{problem.PaddingMode.ToString().ToLowerInvariant()}')\n");
            code.Append(CultureInfo.InvariantCulture, $"module.weight = torch.nn.Parameter(weight, requires_grad={requires})\n");
            if (problem.HasBias)
            {
                code.Append(CultureInfo.InvariantCulture, $"module.bias = torch.nn.Parameter(bias, requires_grad={requires})\n");
            }

            code.Append(CultureInfo.InvariantCulture, $"output = module(input{(problem.OutputSize is { } size ? $", output_size=[{string.Join(", ", size)}]" : "")})\n");
        }
        else
        {
            code.Append(CultureInfo.InvariantCulture, $"output = torch.nn.functional.conv_transpose1d(input, weight, {(problem.HasBias ? "bias" : "None")}, {arguments})\n");
        }

        code.Append(tensors.GradOutput is null ? "print(output)\n" : Gradients(problem));
        foreach (var answer in answers)
        {
            code.Append(CultureInfo.InvariantCulture, $"# {answer}\n");
        }

        return code.ToString();
    }

    private static string Gradients(Problem problem)
    {
        return $"print(*torch.autograd.grad(output, [{SnippetGradients.Of(problem)}], grad_output))\n";
    }

    private static void Make(StringBuilder code, string name, Tensor tensor)
    {
        code.Append(CultureInfo.InvariantCulture, $"{name} = torch.tensor([");
        var dtype = tensor.DType;
        for (var i = 0L; i < tensor.Count; i++)
        {
            code.Append(i == 0 ? "" : ", ").Append(dtype.IsComplex()
                ? $"complex({Number(tensor, 2 * i)}, {Number(tensor, 2 * i + 1)})"
                : Number(tensor, i));
        }

        code.Append(CultureInfo.InvariantCulture, $"], dtype=torch.{dtype.Name()}).reshape({string.Join(", ", tensor.Shape)})\n");
    }

    private static string Number(Tensor tensor, long index) => tensor.DType switch
    {
        DType.Bool => tensor.At(index) != 0 ? "True" : "False",
        // A text of digits without a point is an integer to Python, of which -0 is 0.
        _ => SnippetNumber.Text(tensor, index) switch
        {
            "-0" => "-0.0",
            "NaN" => "nan",
            var text => text,
        },
    };

    private static string Value(long value, ImmutableArray<long>? list) =>
        list is { } values ? $"[{string.Join(", ", values)}]" : Text(value);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
