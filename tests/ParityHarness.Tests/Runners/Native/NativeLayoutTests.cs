using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ParityHarness.Problems;
using ParityHarness.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>The C compiler and .NET must agree on every offset and every number of parity_runner.h.</summary>
public class NativeLayoutTests
{
    private static readonly (string C, string Managed)[] CallFields =
    [
        ("version", "Version"), ("operation", "Operation"), ("form", "Form"), ("padding_mode", "PaddingMode"),
        ("input", "Input"), ("weight", "Weight"), ("bias", "Bias"), ("stride", "Stride"), ("padding", "Padding"),
        ("output_padding", "OutputPadding"), ("dilation", "Dilation"), ("output_size", "OutputSize"), ("groups", "Groups"),
        ("in_channels", "InChannels"), ("out_channels", "OutChannels"), ("output", "Output"),
        ("output_capacity", "OutputCapacity"), ("reason", "Reason"), ("text_capacity", "TextCapacity"), ("text", "Text"), ("abilities", "Abilities"),
        ("stage", "Stage"), ("threads", "Threads"), ("repetitions", "Repetitions"), ("prepared", "Prepared"),
        ("grad_output", "GradOutput"), ("gradients", "Gradients"),
    ];

    [Fact]
    public void Structs_lie_in_memory_as_the_C_compiler_lays_them()
    {
        var expected = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["sizeof(parity_tensor)"] = Marshal.SizeOf<NativeTensor>(),
            ["offsetof(parity_tensor, dtype)"] = Offset<NativeTensor>("DType"),
            ["offsetof(parity_tensor, ndim)"] = Offset<NativeTensor>("Dims"),
            ["offsetof(parity_tensor, shape)"] = Offset<NativeTensor>("Shape"),
            ["offsetof(parity_tensor, strides)"] = Offset<NativeTensor>("Strides"),
            ["offsetof(parity_tensor, data)"] = Offset<NativeTensor>("Data"),
            ["sizeof(parity_list)"] = Marshal.SizeOf<NativeList>(),
            ["offsetof(parity_list, count)"] = Offset<NativeList>("Count"),
            ["offsetof(parity_list, values)"] = Offset<NativeList>("Values"),
            ["sizeof(parity_call)"] = Marshal.SizeOf<NativeCall>(),
            ["PARITY_MAX_DIMS"] = NativeTensor.MaxDims,
            ["PARITY_MAX_LIST"] = NativeList.MaxCount,
        };
        foreach (var (c, managed) in CallFields)
        {
            expected.Add($"offsetof(parity_call, {c})", Offset<NativeCall>(managed));
        }

        Assert.Equal(CallFields.Length, typeof(NativeCall).GetFields().Count(f => !f.IsStatic));
        AssertEqualInC("layout", expected);
    }

    [Fact]
    public void Numbers_mean_the_same_on_both_sides()
    {
        var expected = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["PARITY_ABI_VERSION"] = NativeCall.AbiVersion,
            ["PARITY_DESCRIBE"] = NativeCall.Describe,
            ["PARITY_FORWARD"] = NativeCall.Forward,
            ["PARITY_BACKWARD"] = NativeCall.Backward,
            ["PARITY_GRAD_INPUT"] = NativeCallFiller.GradientsOf(Pass.GradInput),
            ["PARITY_GRAD_WEIGHT"] = NativeCallFiller.GradientsOf(Pass.GradWeight),
            ["PARITY_GRAD_BIAS"] = NativeCallFiller.GradientsOf(Pass.GradBias),
            ["PARITY_PREPARE"] = NativeCall.Prepare,
            ["PARITY_REPEAT"] = NativeCall.Repeat,
            ["PARITY_RELEASE"] = NativeCall.Release,
            ["PARITY_TAKES_STRIDES"] = NativeCall.TakesStrides,
            ["PARITY_ONE_CALL_AT_A_TIME"] = NativeCall.OneCallAtATime,
        };
        Add<Form>(expected, "");
        Add<PaddingMode>(expected, "");
        Add<DType>(expected, "");
        Add<NativeStatus>(expected, "");
        Add<OutcomeKind>(expected, "");
        Add<RejectionReason>(expected, "REASON_");
        AssertEqualInC("numbers", expected);
    }

    private static long Offset<T>(string field) => (long)Marshal.OffsetOf<T>(field);

    private static void Add<T>(Dictionary<string, long> expected, string prefix)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            expected[$"PARITY_{prefix}{ConstantName(value.ToString())}"] = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        }
    }

    // OutputPaddingTooLarge is OUTPUT_PADDING_TOO_LARGE; DType, BFloat16 and UInt8 are one word each.
    private static string ConstantName(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && i > 0 && char.IsAsciiLetterLower(name[i - 1]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }

    private static void AssertEqualInC(string name, Dictionary<string, long> expected)
    {
        var source = NativeCompiler.File(name + ".c");
        var lines = expected.Keys.Select(e => $"    printf(\"%lld\\n\", (long long)({e}));\n");
        File.WriteAllText(source, $"#include \"parity_runner.h\"\n#include <stddef.h>\n#include <stdio.h>\nint main(void)\n{{\n{string.Concat(lines)}    return 0;\n}}\n");
        var output = NativeCompiler.Run(NativeCompiler.Compile(source, name));

        var actual = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => long.Parse(l, CultureInfo.InvariantCulture));
        Assert.Equal([.. expected.Select(e => $"{e.Key} = {e.Value}")], expected.Keys.Zip(actual, (e, v) => $"{e} = {v}").ToArray());
    }
}
