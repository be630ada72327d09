using System.Globalization;
using System.Text;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>A problem as a C# program for TorchSharp.</summary>
internal static class TorchSharpSnippet
{
    /// <summary>Whether TorchSharp's signatures can say it: they take one value for each parameter, no lists.</summary>
    public static bool CanExpress(Problem problem) =>
        problem is { StrideList: null or { Length: 1 }, PaddingList: null or { Length: 1 }, OutputPaddingList: null or { Length: 1 }, DilationList: null or { Length: 1 } };

    public static string Of(Problem problem, TensorSet tensors, IEnumerable<string> answers)
    {
        var code = new StringBuilder("using TorchSharp;\nusing static TorchSharp.torch;\n\n");
        Make(code, "input", tensors.Input);
        Make(code, "weight", tensors.Weight);
        if (tensors.Bias is { } bias)
        {
            Make(code, "bias", bias);
        }

        if (tensors.GradOutput is { } gradOutput)
        {
            Make(code, "grad_output", gradOutput);
            code.Append(problem.Form == Form.Module ? "input.requires_grad = true;\n" : problem.HasBias ? "input.requires_grad = weight.requires_grad = bias.requires_grad = true;\n" : "input.requires_grad = weight.requires_grad = true;\n");
        }

        // By position: their names differ between versions.
        code.Append("// stride, padding, output_padding, dilation, groups\n");
        var sizes = string.Create(CultureInfo.InvariantCulture, $"{problem.StrideArgument.Value}, {problem.PaddingArgument.Value}, {problem.OutputPaddingArgument.Value}, {problem.DilationArgument.Value}");
        if (problem.Form == Form.Module)
        {
            code.Append(CultureInfo.InvariantCulture, $"var module = nn.ConvTranspose1d({problem.InChannels}, {problem.OutChannels}, {problem.KernelSize}, {sizes}, PaddingModes.{problem.PaddingMode}, {problem.Groups}, bias: {(problem.HasBias ? "true" : "false")});\n");
            var requires = tensors.GradOutput is null ? "false" : "true";
            code.Append(CultureInfo.InvariantCulture, $"module.weight = new TorchSharp.Modules.Parameter(weight, requires_grad: {requires});\n");
            if (problem.HasBias)
            {
                code.Append(CultureInfo.InvariantCulture, $"module.bias = new TorchSharp.Modules.Parameter(bias, requires_grad: {requires});\n");
            }

            code.Append(problem.OutputSize is { } size
                ? string.Create(CultureInfo.InvariantCulture, $"var output = module.forward(input, new long[] {{ {string.Join(", ", size)} }});\n")
                : "var output = module.forward(input);\n");
        }
        else
        {
            code.Append(CultureInfo.InvariantCulture, $"var output = nn.functional.conv_transpose1d(input, weight, {(problem.HasBias ? "bias" : "null")}, {sizes}, {problem.Groups});\n");
        }

        code.Append(tensors.GradOutput is null ? "System.Console.WriteLine(output.ToString(TorchSharp.TensorStringStyle.Numpy));\n" : Gradients(problem));
        foreach (var answer in answers)
        {
            code.Append(CultureInfo.InvariantCulture, $"// {answer}\n");
        }

        return code.ToString();
    }

    private static string Gradients(Problem problem)
    {
        return $"foreach (var gradient in autograd.grad(new[] {{ output }}, new Tensor[] {{ {SnippetGradients.Of(problem)} }}, new[] {{ grad_output }}))\n    System.Console.WriteLine(gradient.ToString(TorchSharp.TensorStringStyle.Numpy));\n";
    }

    private static void Make(StringBuilder code, string name, Tensor tensor)
    {
        var (element, to) = tensor.DType switch
        {
            DType.Float64 => ("double", ""),
            DType.Int64 => ("long", ""),
            DType.Int32 => ("int", ""),
            DType.Int16 => ("short", ""),
            DType.Int8 => ("sbyte", ""),
            DType.UInt8 => ("byte", ""),
            DType.Bool => ("bool", ""),
            DType.Complex64 => ("(float, float)", ""),
            DType.Complex128 => ("System.Numerics.Complex", ""),
            DType.Float16 => ("float", ".to(float16)"),
            DType.BFloat16 => ("float", ".to(bfloat16)"),
            _ => ("float", ""),
        };
        code.Append(CultureInfo.InvariantCulture, $"var {name} = tensor(new {element}[] {{ ");
        for (var i = 0L; i < tensor.Count; i++)
        {
            code.Append(i == 0 ? "" : ", ").Append(tensor.DType switch
            {
                DType.Complex64 => $"({Number(tensor, 2 * i)}, {Number(tensor, 2 * i + 1)})",
                DType.Complex128 => $"new({Number(tensor, 2 * i)}, {Number(tensor, 2 * i + 1)})",
                _ => Number(tensor, i),
            });
        }

        code.Append(CultureInfo.InvariantCulture, $" }}, new long[] {{ {string.Join(", ", tensor.Shape)} }}){to};\n");
    }

    private static string Number(Tensor tensor, long index)
    {
        var dtype = tensor.DType.PartType();
        var type = dtype == DType.Float64 ? "double" : "float";
        return (dtype, SnippetNumber.Text(tensor, index)) switch
        {
            (DType.Bool, var text) => text == "0" ? "false" : "true",
            (_, "NaN") => $"{type}.NaN",
            (_, "inf") => $"{type}.PositiveInfinity",
            (_, "-inf") => $"{type}.NegativeInfinity",
            (DType.Float32 or DType.Float16 or DType.BFloat16, var text) => text + "f",
            (DType.Float64, var text) => text + "d",
            var (_, text) => text,
        };
    }
}
