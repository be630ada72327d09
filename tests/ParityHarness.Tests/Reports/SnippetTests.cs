using System.Diagnostics;
using System.Globalization;
using ParityHarness.Problems;
using ParityHarness.Reports;
using ParityHarness.Results;
using ParityHarness.Tensors;
using ParityHarness.Tests.Campaigns;
using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>A failure as a program without the harness.</summary>
public class SnippetTests
{
    private static readonly string[] Problems =
    [
        .. from dtype in Enum.GetValues<DType>()
           from regime in dtype.IsNeverImplemented() ? (string[])["integer"] : dtype == DType.Int64 ? ["integer", "random"] : dtype.IsComplex() ? ["integer", "random", "wide"] : ["integer", "random", "wide", "special"]
           select $"n2_ic2_oc4_l5_k3_s2_p1_op1_d2_g2_bias {dtype.Name()} forward {regime} seed7",
        "ic2_oc3_l4_k3_unbatched_bias_module float32 forward random seed3",
        "l4_k3_s3_module float32 forward integer seed3 output_size=[13]",
        "l4_k3 float32 forward integer seed3 s=[2] p=[1]",
        "n0_l4_k3 float64 forward integer seed3",
        "l1_k1_bias float32 forward input=[-0] weight=[-inf] bias=[1e-45]",
        "n2_ic2_oc4_l5_k3_s2_p1_op1_d2_g2_bias float32 grad_input+grad_weight+grad_bias integer seed7",
        "ic2_oc3_l4_k3_unbatched_bias_module float64 grad_weight+grad_bias integer seed3",
        "l4_k3_s2 float64 grad_input integer seed3",
    ];

    [RequiresFact(Requirement.PyTorch)]
    public void PyTorch_is_given_the_same_bits_and_parameters_for_every_dtype()
    {
        var rows = Rows(Problems);
        var said = PyTorch.Run(rows.ConvertAll(row => Snippet.Of(row, null)[0].Code));

        Assert.Equal(Problems.Length, rows.Count);
        foreach (var (row, variables) in rows.Zip(said))
        {
            using var tensors = new TensorSet();
            DataFiller.Fill(ProblemText.Parse(row.Text("problem") + Literals(row)), tensors);
            Assert.Equal(Values(tensors.Input), variables["input"]);
            Assert.Equal(Values(tensors.Weight), variables["weight"]);
            Assert.Equal(tensors.Bias is { } bias ? Values(bias) : "", variables["bias"]);
            Assert.Equal(tensors.GradOutput is { } gradOutput ? Values(gradOutput) : "", variables["grad_output"]);
            // libtorch 1.13.1 has no float16, and a known fault with bfloat16.
            if (row.Text("problem").Contains("integer", StringComparison.Ordinal) && variables["output"].Length > 0 && !row.Text("problem").Contains("float16", StringComparison.Ordinal))
            {
                Assert.Equal(row.Text("actual_shape") + row.Text("actual"), tensors.GradOutput is null ? variables["output"] : row.Text("actual_shape") + variables["gradients"]);
            }
        }

        Assert.True(said.Count(variables => variables["output"].Length > 0) > Problems.Length / 2);
    }

    [Theory]
    [InlineData("float32", "new float[] { 1f, -0f, float.NaN, 0.1f }", "")]
    [InlineData("float64", "new double[] { 1d, -0d, double.NaN, 0.1d }", "")]
    [InlineData("float16", "new float[] { 1f, -0f, float.NaN, 0.0999755859375f }", ".to(float16)")]
    [InlineData("bfloat16", "new float[] { 1f, -0f, float.NaN, 0.10009765625f }", ".to(bfloat16)")]
    public void TorchSharp_is_given_the_same_bits(string dtype, string values, string conversion)
    {
        var code = TorchSharpOf($"l4_k1 {dtype} forward input=[1,-0,NaN,0.1] weight=[1]");

        Assert.Contains($"var input = tensor({values}, new long[] {{ 1, 1, 4 }}){conversion};\n", code, StringComparison.Ordinal);
        Assert.Contains("conv_transpose1d(input, weight, null, 1, 0, 0, 1, 1);\n", code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l2_k1 int64 forward input=[1,-2] weight=[1]", "new long[] { 1, -2 }")]
    [InlineData("l1_k1 complex64 forward input=[1,-inf] weight=[1,0]", "new (float, float)[] { (1f, float.NegativeInfinity) }")]
    [InlineData("l1_k1 complex128 forward input=[1,0.1] weight=[1,0]", "new System.Numerics.Complex[] { new(1d, 0.1d) }")]
    public void TorchSharp_is_given_integers_and_complex_numbers_of_their_types(string problem, string values) =>
        Assert.Contains($"var input = tensor({values}, ", TorchSharpOf(problem), StringComparison.Ordinal);

    [Fact]
    public void The_answers_of_both_sides_and_what_is_exact_stand_below()
    {
        var run = SampleRun.Of(CampaignRun.Problems(CampaignRun.Faulty("bias_missing"), "l2_k1_bias float32 forward input=[1,2] weight=[1] bias=[5]"), CampaignRun.OneWorker);
        using (run)
        {
            var code = run.Read().Groups[0].Snippets[0].Code;

            Assert.EndsWith($"print(output)\n# exact: [6,7]\n# oracle 0.1.0: [6,7]\n# {CampaignRun.Faulty("bias_missing")} 1.0.0: [1,2]\n", code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_said_is_not_offered()
    {
        Assert.Single(Snippet.Of(Rows("l4_k3 float32 forward integer seed3 s=[1,1]")[0], null), s => s.Library == "PyTorch");
        Assert.Empty(Snippet.Of(Rows("l2000_k3 float32 forward integer seed3")[0], null));
    }

    private static string TorchSharpOf(string problem) => Snippet.Of(Rows(problem)[0], null).Single(s => s.Library == "TorchSharp").Code;

    private static List<ResultRow> Rows(params string[] problems) =>
        CampaignRun.Of(CampaignRun.Problems("kernel", problems) with { AllRows = true }, CampaignRun.InProcess).Rows;

    private static string Literals(ResultRow row) =>
        string.Concat(((string[])["input", "weight", "bias"]).Where(name => row.Text(name).Length > 0).Select(name => $" {name}={row.Text(name)}"));

    /// <summary>As the Python program below prints them.</summary>
    private static string Values(Tensor tensor)
    {
        var values = Enumerable.Range(0, (int)tensor.ValueCount).Select(i => tensor.DType == DType.Int64
            ? tensor.Span<long>()[i].ToString(CultureInfo.InvariantCulture)
            : NumberText.Format(tensor.At(i), DType.Float64));
        return $"[{string.Join(',', tensor.Shape)}][{string.Join(',', values)}]";
    }

    /// <summary>Debian's PyTorch, where scripts/setup has brought it.</summary>
    private static class PyTorch
    {
        private const string Program = """
            import sys, torch
            def text(t):
                if t is None: return ''
                shape = list(t.shape)
                if t.is_complex(): t = torch.view_as_real(t)
                if t.dtype.is_floating_point: t = t.double()
                def number(v):
                    if isinstance(v, (bool, int)): return str(int(v))
                    if v != v: return 'NaN'
                    if v in (float('inf'), float('-inf')): return 'inf' if v > 0 else '-inf'
                    return v.hex()
                return f"{str(shape).replace(' ', '')}[{','.join(number(v) for v in t.flatten().tolist())}]"
            for code in sys.stdin.read().split('\0'):
                shown = []
                names = {'print': lambda *all: shown.extend(all)}
                try: exec(code, names)
                except (RuntimeError, ValueError) as e: names['output'] = None
                gradients = text(torch.cat([t.flatten() for t in shown])) if 'grad_output' in names else ''
                print('\t'.join([text(names.get(name)) for name in ('input', 'weight', 'bias', 'output', 'grad_output')] + [gradients[gradients.find(']') + 1:]]))
            """;

        /// <summary>Runs programs; the values of their variables, floating-point ones in the form of this file.</summary>
        public static List<Dictionary<string, string>> Run(IEnumerable<string> programs)
        {
            using var process = Process.Start(new ProcessStartInfo(Requirement.Python, ["-c", Program]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
            process.StandardInput.Write(string.Join('\0', programs));
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')).Select(fields => new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["input"] = FromHex(fields[0]),
                ["weight"] = FromHex(fields[1]),
                ["bias"] = FromHex(fields[2]),
                ["output"] = FromHex(fields[3]),
                ["grad_output"] = FromHex(fields[4]),
                ["gradients"] = FromHex(fields[5]),
            }).ToList();
        }

        /// <summary>Python's float.hex() says all bits.</summary>
        private static string FromHex(string text) => System.Text.RegularExpressions.Regex.Replace(
            text,
            @"(?<sign>-?)0x(?<whole>[01])\.(?<fraction>[0-9a-f]+)p(?<exponent>[+-]\d+)",
            match => NumberText.Format(
                (match.Groups["sign"].Length > 0 ? -1 : 1)
                * Math.ScaleB(long.Parse(match.Groups["whole"].Value + match.Groups["fraction"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), int.Parse(match.Groups["exponent"].Value, CultureInfo.InvariantCulture) - 4 * match.Groups["fraction"].Length),
                DType.Float64));
    }
}
