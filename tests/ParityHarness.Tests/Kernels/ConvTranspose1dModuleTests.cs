using System.Numerics;
using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

public class ConvTranspose1dModuleTests
{
    [Theory]
    [InlineData(1, 16, 8, 4, 20)]
    [InlineData(4, 4, 2, 1, 33)]
    [InlineData(1, 5, 3, 2, 17)]
    public void The_module_gives_the_bits_of_the_function(int groups, int kernelSize, int stride, int padding, int length)
    {
        AssertModule<float>(groups, kernelSize, stride, padding, length);
        AssertModule<double>(groups, kernelSize, stride, padding, length);
    }

    [Fact]
    public void The_module_keeps_its_own_weights()
    {
        float[] weight = [1, 2, 3], output = new float[6];
        var module = new ConvTranspose1dModule<float>(1, 1, 3, weight);
        weight.AsSpan().Clear();

        module.Forward([1, 1, 1, 1], batch: 1, inputLength: 4, output);

        Assert.Equal([1, 3, 6, 6, 5, 3], output);
    }

    [Fact]
    public void A_requested_output_size_replaces_output_padding()
    {
        var module = new ConvTranspose1dModule<float>(1, 1, 3, [1, 2, 3], stride: 3);

        Assert.Equal(20, module.Shape(1, 6, outputSize: 20).OutputLength);
        Assert.Equal(18, module.Shape(1, 6).OutputLength);
        AssertRejected(RejectionReason.RequestedOutputSize, () => module.Shape(1, 6, outputSize: 15));
        AssertRejected(RejectionReason.RequestedOutputSize, () => module.Shape(1, 6, outputSize: 21));
    }

    [Theory]
    [InlineData(3, 1, 0, 1)]
    [InlineData(4, 3, 2, 2)]
    [InlineData(1, 4000, 3999, 1)]
    [InlineData(5, 2, 0, 5000)]
    [InlineData(5, 0, 0, 1)]
    public void The_module_makes_of_any_input_the_functions_problem(long kernelSize, long stride, long outputPadding, long dilation)
    {
        const long Padding = 9;
        var module = new ConvTranspose1dModule<float>(4, 6, kernelSize, new float[4 * 3 * kernelSize], new float[6], stride, Padding, outputPadding, groups: 2, dilation);
        long[] sizes = [-1, 0, 1, 2, 4, 18, 19, 20, 4095, 4096, 1L << 40, long.MaxValue];
        long[][] inputs = [[], [4], [4, 20], [3, 20], [1, 1, 4, 20], [1, 3, 20], .. sizes.Select(length => (long[])[2, 4, length]), .. sizes.Select(batch => (long[])[batch, 4, 20])];
        foreach (long[] input in inputs)
        {
            bool accepted = ConvTranspose1dShape.TryCreate(
                input, [4, 3, kernelSize], [6], hasBias: true, [stride], [Padding], [outputPadding], 2, [dilation], out var expected, out var reason, out _);
            if (accepted)
            {
                Assert.Equal(expected, module.Shape(input));
            }
            else
            {
                AssertRejected(reason, () => module.Shape(input));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_modules_special_weights_reach_only_what_they_multiply(float special)
    {
        var problem = new KernelProblem(1, 2, 4, 50, 5, Stride: 2, Padding: 1, Bias: true);
        var data = problem.RoundingData<float>();
        data.Weight[0] = special;
        data.Weight[^1] = special;
        var module = new ConvTranspose1dModule<float>(2, 4, 5, data.Weight, data.Bias, stride: 2, padding: 1);
        var expected = problem.Run(data, SimdLevel.Scalar);
        foreach (var level in SimdLevels.Supported)
        {
            var output = new float[expected.Length];
            module.Forward(data.Input, 1, 50, output, level);
            KernelProblem.AssertSameBits(expected, output, $"{level}");
        }
    }

    [Fact]
    public void The_constructor_rejects_what_PyTorchs_does()
    {
        AssertRejected(RejectionReason.PaddingMode, () => new ConvTranspose1dModule<float>(1, 1, 3, [1, 2, 3], paddingMode: "reflect"));
        AssertRejected(RejectionReason.NonPositiveGroups, () => new ConvTranspose1dModule<float>(1, 1, 3, [1, 2, 3], groups: 0));
        AssertRejected(RejectionReason.ModuleChannels, () => new ConvTranspose1dModule<float>(3, 2, 1, [1, 2, 3], groups: 2));
        AssertRejected(RejectionReason.ModuleChannels, () => new ConvTranspose1dModule<float>(2, 3, 1, [1, 2, 3], groups: 2));
        AssertRejected(RejectionReason.DType, () => new ConvTranspose1dModule<int>(1, 1, 1, [1]));
        Assert.Equal("weight", Assert.Throws<ArgumentException>(() => new ConvTranspose1dModule<float>(1, 1, 3, [1, 2])).ParamName);
        Assert.Equal("weight", Assert.Throws<ArgumentException>(() => new ConvTranspose1dModule<float>(long.MaxValue, long.MaxValue, long.MaxValue, [1])).ParamName);
        Assert.Equal("bias", Assert.Throws<ArgumentException>(() => new ConvTranspose1dModule<float>(1, 1, 3, [1, 2, 3], [1, 2])).ParamName);
    }

    [Fact]
    public void What_the_constructor_lets_pass_is_rejected_by_the_call()
    {
        var module = new ConvTranspose1dModule<float>(1, 1, 3, [1, 2, 3], dilation: 0, stride: 2);

        AssertRejected(RejectionReason.NonPositiveDilation, () => module.Shape(1, 4));
    }

    [Fact]
    public void Anothers_shape_is_refused()
    {
        var module = new ConvTranspose1dModule<float>(1, 1, 3, [1, 2, 3]);
        var other = new KernelProblem(1, 1, 1, 4, 2).Shape;

        Assert.Throws<ArgumentException>("shape", () => module.Forward(other, new float[4], new float[5]));
    }

    private static void AssertRejected(RejectionReason reason, Action action) => Assert.Equal(reason, Assert.Throws<ConvTranspose1dException>(action).Reason);

    private static void AssertModule<T>(int groups, int kernelSize, int stride, int padding, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var problem = new KernelProblem(2, 12, 8, length, kernelSize, stride, padding, Groups: groups, Bias: true);
        var data = problem.RoundingData<T>();
        var module = new ConvTranspose1dModule<T>(12, 8, kernelSize, data.Weight, data.Bias, stride, padding, groups: groups);
        var expected = problem.Run(data, SimdLevel.Scalar);
        foreach (var level in SimdLevels.Supported)
        {
            var output = new T[expected.Length];
            module.Forward(data.Input, 2, length, output, level);
            KernelProblem.AssertSameBits(expected, output, $"{level}");
        }
    }
}
