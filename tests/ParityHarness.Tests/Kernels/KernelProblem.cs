using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>A problem in the words of PyTorch's arguments, with what the tests do with one.</summary>
public sealed record KernelProblem(
    long BatchSize, long InputChannels, long OutputChannels, long Length, long KernelSize,
    long Stride = 1, long Padding = 0, long OutputPadding = 0, long Dilation = 1, long Groups = 1, bool Bias = false, bool Unbatched = false)
{
    private const int Guard = 64;

    /// <summary>Small problems of every kind.</summary>
    internal static Gen<KernelProblem> Any
        => (from batch in Gen.Choose(1, 3)
            from groups in Gen.Choose(1, 4)
            from inputs in Gen.Choose(1, 9)
            from outputs in Gen.Choose(1, 5)
            from length in Gen.Choose(1, 40)
            from kernelSize in Gen.Choose(1, 9)
            from stride in Gen.Choose(1, 9)
            from padding in Gen.Choose(0, 12)
            from outputPadding in Gen.Choose(0, 8)
            from dilation in Gen.Choose(1, 6)
            from bias in Gen.Elements(true, false)
            select new KernelProblem(batch, inputs * groups, outputs * groups, length, kernelSize, stride, padding, outputPadding, dilation, groups, bias, batch == 1 && bias))
            .Where(problem => problem.IsAccepted);

    internal ConvTranspose1dShape Shape => ConvTranspose1dShape.Create(
        Unbatched ? [InputChannels, Length] : [BatchSize, InputChannels, Length],
        [InputChannels, OutputChannels / Groups, KernelSize],
        [OutputChannels], Bias, [Stride], [Padding], [OutputPadding], Groups, [Dilation]);

    internal bool IsAccepted => ConvTranspose1dShape.TryCreate(
        Unbatched ? [InputChannels, Length] : [BatchSize, InputChannels, Length],
        [InputChannels, OutputChannels / Groups, KernelSize],
        [OutputChannels], Bias, [Stride], [Padding], [OutputPadding], Groups, [Dilation], out _, out _, out _);

    /// <summary>Input, weight and bias with values from <paramref name="value"/>.</summary>
    internal (T[] Input, T[] Weight, T[] Bias) Data<T>(Func<Random, T> value)
    {
        var random = new Random(1);
        T[] Fill(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => value(random))];
        var shape = Shape;
        return (Fill(shape.InputElements), Fill(shape.WeightElements), Fill(Bias ? shape.OutputChannels : 0));
    }

    /// <summary>Values whose sums round, so that another order of summation shows in the bits.</summary>
    internal (T[] Input, T[] Weight, T[] Bias) RoundingData<T>()
        where T : IFloatingPointIeee754<T>
        => Data(random => T.CreateChecked(random.NextDouble() - 0.5));

    /// <summary>Small integers, whose sums are exact in any order.</summary>
    internal (T[] Input, T[] Weight, T[] Bias) IntegerData<T>()
        where T : IFloatingPointIeee754<T>
        => Data(random => T.CreateChecked(random.Next(-8, 9)));

    /// <summary>The output, computed into a NaN-filled span whose surroundings must not be touched. A way that fits is taken where it is forced.</summary>
    internal T[] Run<T>((T[] Input, T[] Weight, T[] Bias) data, SimdLevel? level, ForwardWay? way = null, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = (int)Shape.OutputElements;
        var guarded = new T[count + (2 * Guard)];
        Array.Fill(guarded, T.NaN);
        var taken = ForwardPass<T>.Run(Shape, data.Input, data.Weight, data.Bias, guarded.AsSpan(Guard, count), level, threads, way);
        if (way is not null && level != SimdLevel.Scalar)
        {
            Assert.Equal(Expected(way.Value, data.Weight), taken);
        }

        Assert.All(guarded[..Guard].Concat(guarded[^Guard..]), value => Assert.True(T.IsNaN(value), "written outside of the output"));
        return guarded[Guard..^Guard];
    }

    /// <summary>Every level by every way, on one thread and two, gives the same bits as the scalar definition.</summary>
    internal void AssertLevelsAgree<T>((T[] Input, T[] Weight, T[] Bias) data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var expected = Run(data, SimdLevel.Scalar);
        foreach (var level in SimdLevels.Supported)
        {
            foreach (var way in (ForwardWay[])[ForwardWay.Direct, ForwardWay.Bands])
            {
                AssertSameBits(expected, Run(data, level, way), $"{level}, {way}: {this}");
            }

            AssertSameBits(expected, Run(data, level, threads: 2), $"{level}, two threads: {this}");
        }
    }

    // What is taken where a way is forced: that way where it fits, else what comes after it.
    private ForwardWay Expected<T>(ForwardWay forced, T[] weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Shape.OutputElements == 0)
        {
            return ForwardWay.None;
        }

        return Columns.Fit(Shape) ? ForwardWay.Columns
            : forced == ForwardWay.Direct && DirectPlan.TryCreate(Shape, out _) && weight.All(T.IsFinite) ? ForwardWay.Direct
            : BandPlan.TryCreate(Shape, out _) ? ForwardWay.Bands
            : ForwardWay.Definition;
    }

    internal static void AssertSameBits<T>(T[] expected, T[] actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            // Of a NaN only that it is one is defined.
            bool same = T.IsNaN(expected[i]) ? T.IsNaN(actual[i]) : expected[i] == actual[i] && T.IsNegative(expected[i]) == T.IsNegative(actual[i]);
            if (!same)
            {
                Assert.Fail($"{what}: output {i} is {actual[i]:R}, expected {expected[i]:R}");
            }
        }
    }
}
