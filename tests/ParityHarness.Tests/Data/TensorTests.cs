using ParityHarness.Data;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Data;

public unsafe class TensorTests
{
    [Fact]
    public void A_write_before_or_after_the_elements_is_seen()
    {
        using var tensor = new Tensor();
        foreach (var length in (long[])[0, 1, 7, 64, 5000])
        {
            tensor.Reshape(DType.Float32, [length]);
            Assert.True(tensor.GuardsAreIntact());
            tensor.Poison();
            Assert.True(tensor.GuardsAreIntact());
            tensor.Data[-1] ^= 1;
            Assert.False(tensor.GuardsAreIntact());
            tensor.RestoreGuards();
            Assert.True(tensor.GuardsAreIntact());
            tensor.Data[4 * length] ^= 1;
            Assert.False(tensor.GuardsAreIntact());
            tensor.RestoreGuards();
        }
    }

    [Fact]
    public void The_elements_are_aligned_to_64_bytes()
    {
        using var tensor = new Tensor();
        tensor.Reshape(DType.Float64, [3, 5]);
        Assert.Equal(0, (nint)tensor.Data % 64);
        tensor.Reshape(DType.Float64, [3000, 5]);
        Assert.Equal(0, (nint)tensor.Data % 64);
    }

    [Fact]
    public void A_smaller_shape_has_its_guards_right_behind_it()
    {
        using var tensor = new Tensor();
        tensor.Reshape(DType.Float32, [1000]);
        tensor.Poison();
        tensor.Reshape(DType.Float32, [10]);
        Assert.True(tensor.GuardsAreIntact());
        tensor.Span<float>()[9] = 1;
        Assert.True(tensor.GuardsAreIntact());
        tensor.Data[40] = 0;
        Assert.False(tensor.GuardsAreIntact());
    }

    [Fact]
    public void Poison_is_NaN()
    {
        using var tensor = new Tensor();
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])
        {
            tensor.Reshape(dtype, [9]);
            tensor.Poison();
            Assert.All(Enumerable.Range(0, 9), i => Assert.True(double.IsNaN(tensor.At(i))));
        }
    }

    [Fact]
    public void A_tensor_never_shaped_has_no_guards_to_break()
    {
        using var tensor = new Tensor();
        Assert.True(tensor.GuardsAreIntact());
        tensor.RestoreGuards();
        Assert.Equal(0, tensor.Count);
    }

    [Theory]
    [InlineData(new long[] { }, 1L)]
    [InlineData(new long[] { 0 }, 0L)]
    [InlineData(new long[] { 2, 3, 4 }, 24L)]
    [InlineData(new long[] { long.MaxValue, long.MaxValue, 0 }, 0L)]
    [InlineData(new long[] { long.MaxValue }, long.MaxValue)]
    public void The_count_is_the_product_of_the_sizes(long[] shape, long count) => Assert.Equal(count, Tensor.CountOf(shape));

    [Theory]
    [InlineData(new long[] { long.MaxValue, 2 })]
    [InlineData(new long[] { long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue })]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { -1, -1 })]
    public void A_count_that_does_not_fit_is_none(long[] shape) => Assert.Null(Tensor.CountOf(shape));

    [Fact]
    public void What_no_memory_holds_is_refused_and_the_tensor_stays_as_it_was()
    {
        using var tensor = new Tensor();
        tensor.Reshape(DType.Float32, [4]);
        tensor.Span<float>()[3] = 7;
        Assert.Throws<ProblemDataException>(() => tensor.Reshape(DType.Float32, [1L << 40]));
        Assert.Throws<ProblemDataException>(() => tensor.Reshape(DType.Float32, [long.MaxValue, 5]));
        Assert.Equal([4], tensor.Shape);
        Assert.Equal(7, tensor.At(3));
        Assert.True(tensor.GuardsAreIntact());
    }

    [Fact]
    public void A_disposed_tensor_can_be_shaped_anew()
    {
        var tensor = new Tensor();
        tensor.Reshape(DType.Float32, [4]);
        tensor.Dispose();
        tensor.Dispose();
        Assert.True(tensor.GuardsAreIntact());
        tensor.Reshape(DType.Float64, [5]);
        Assert.Equal(5, tensor.Count);
        tensor.Dispose();
    }
}
