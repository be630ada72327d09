using System.Numerics;
using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>ones(1, 1, 4) with the kernel [1, 2, 3]: answers that libtorch gave.</summary>
public class DocumentedCasesTests
{
    public static TheoryData<KernelProblem, double[]> Cases => new()
    {
        { Base, [1, 3, 6, 6, 5, 3] },
        { Base with { Stride = 2 }, [1, 2, 4, 2, 4, 2, 4, 2, 3] },
        { Base with { Dilation = 2 }, [1, 1, 3, 3, 5, 5, 3, 3] },
        { Base with { Padding = 1 }, [3, 6, 6, 5] },
        { Base with { Padding = 2 }, [6, 6] },
        { Base with { Stride = 2, Padding = 1, OutputPadding = 1 }, [2, 4, 2, 4, 2, 4, 2, 3] },
        { Base with { Stride = 2, OutputPadding = 1 }, [1, 2, 4, 2, 4, 2, 4, 2, 3, 0] },
        { Base with { Stride = 2, OutputPadding = 1, Bias = true }, [11, 12, 14, 12, 14, 12, 14, 12, 13, 10] },
        { Base with { Stride = 2, Dilation = 3, OutputPadding = 2 }, [1, 0, 1, 2, 1, 2, 4, 2, 3, 2, 3, 0, 3, 0, 0] },
    };

    private static KernelProblem Base => new(BatchSize: 1, InputChannels: 1, OutputChannels: 1, Length: 4, KernelSize: 3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Float32_answers_as_libtorch_at_every_level(KernelProblem problem, double[] expected) => AssertAnswer<float>(problem, expected);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Float64_answers_as_libtorch_at_every_level(KernelProblem problem, double[] expected) => AssertAnswer<double>(problem, expected);

    [Fact]
    public void The_functional_form_takes_PyTorchs_arguments()
    {
        float[] output = ConvTranspose1d.Forward([1f, 1, 1, 1], [1, 1, 4], [1f, 2, 3], [1, 1, 3], bias: [10], stride: 2, outputPadding: 1);

        Assert.Equal([11, 12, 14, 12, 14, 12, 14, 12, 13, 10], output);
    }

    private static void AssertAnswer<T>(KernelProblem problem, double[] expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] input = [T.One, T.One, T.One, T.One];
        T[] weight = [T.One, T.CreateChecked(2), T.CreateChecked(3)];
        T[] bias = problem.Bias ? [T.CreateChecked(10)] : [];
        foreach (var level in SimdLevels.Supported)
        {
            var output = problem.Run((input, weight, bias), level);
            Assert.Equal(expected, output.Select(double.CreateChecked));
        }
    }
}
