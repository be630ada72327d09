using ParityHarness.Problems;
using ParityHarness.Tensors;

using Xunit;

namespace ParityHarness.Tests.Tensors;

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

    [Theory]
    [InlineData(Placement.OddOffset)]
    [InlineData(Placement.BeforeGuardPage)]
    [InlineData(Placement.AfterGuardPage)]
    internal void Elements_beside_a_page_are_written_and_guarded_like_others(Placement placement)
    {
        using var tensor = new Tensor { Placement = placement };
        var page = Environment.SystemPageSize;
        foreach (var (dtype, length) in ((DType, long)[])[(DType.Float32, 0), (DType.Float32, 1), (DType.Float64, 7), (DType.Float32, 4096), (DType.UInt8, 5001)])
        {
            tensor.Reshape(dtype, [length]);
            tensor.Poison();
            Assert.True(tensor.GuardsAreIntact());
            var (start, end) = ((nint)tensor.Data, (nint)tensor.Data + (nint)length * dtype.Size());
            switch (placement)
            {
                case Placement.OddOffset:
                    Assert.Equal(dtype.Size(), start % 64);
                    break;
                case Placement.BeforeGuardPage:
                    Assert.Equal(0, end % page);
                    break;
                default:
                    Assert.Equal(0, start % page);
                    break;
            }

            if (placement != Placement.AfterGuardPage)
            {
                tensor.Data[-1] ^= 1;
                Assert.False(tensor.GuardsAreIntact());
                tensor.RestoreGuards();
            }

            if (placement != Placement.BeforeGuardPage)
            {
                tensor.Data[length * dtype.Size()] ^= 1;
                Assert.False(tensor.GuardsAreIntact());
                tensor.RestoreGuards();
            }
        }
    }

    [Fact]
    public void A_tensor_laid_out_by_strides_has_the_elements_of_the_other_and_NaN_between_them()
    {
        using var dense = new Tensor();
        using var strided = new Tensor();
        using var back = new Tensor();
        dense.Reshape(DType.Float32, [2, 3, 4]);
        for (var i = 0; i < 24; i++)
        {
            dense.Span<float>()[i] = i;
        }

        strided.Lay(dense, dense.Strides, [26, 2, 6]);
        Assert.Equal((24, 49), (strided.Count, strided.Extent));
        Assert.Equal([26, 2, 6], strided.Strides);
        var memory = new ReadOnlySpan<float>(strided.Data, 49).ToArray();
        Assert.Equal((0f, 1f, 4f, 12f, 23f), (memory[0], memory[6], memory[2], memory[26], memory[48]));
        Assert.Equal(25, memory.Count(float.IsNaN));

        back.Lay(strided, strided.Strides, dense.Strides);
        Assert.Equal(dense.Span<float>().ToArray(), back.Span<float>().ToArray());
    }

    [Fact]
    public void An_expanded_tensor_holds_each_element_once_and_gives_it_for_every_index()
    {
        using var dense = new Tensor();
        using var expanded = new Tensor();
        using var same = new Tensor();
        dense.Reshape(DType.Float64, [3, 2]);
        dense.Span<double>()[0] = 5;
        dense.Span<double>()[1] = 6;
        expanded.Lay(dense, [0, 1], [0, 1]);
        Assert.Equal((6, 2), (expanded.Count, expanded.Extent));

        same.Lay(expanded, expanded.Strides, dense.Strides);
        Assert.Equal([5, 6, 5, 6, 5, 6], same.Span<double>().ToArray());
    }

    [Theory]
    [InlineData(DType.Float32, 1)]
    [InlineData(DType.Float32, 1000)]
    [InlineData(DType.Float64, 333)]
    [InlineData(DType.UInt8, 131)]
    public void A_checksum_sees_one_changed_bit_an_exchange_and_all_signs(DType dtype, int length)
    {
        using var tensors = new TensorSet();
        tensors.Input.Reshape(dtype, [length]);
        tensors.Weight.Reshape(DType.Float32, [1]);
        tensors.Weight.Poison();
        var bytes = new Span<byte>(tensors.Input.Data, length * dtype.Size());
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i * 7 + i / 256);
        }

        var before = tensors.Checksums();
        Assert.Null(tensors.Changed(before));
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x80;
            Assert.Equal("input", tensors.Changed(before));
            bytes[i] ^= 0x80;
        }

        foreach (ref var value in bytes)
        {
            value ^= 0x80;
        }

        Assert.Equal("input", tensors.Changed(before));
        foreach (ref var value in bytes)
        {
            value ^= 0x80;
        }

        bytes.Reverse();
        Assert.Equal("input", tensors.Changed(before));
        tensors.Weight.Data[3] = 0;
        Assert.Equal("input and weight", tensors.Changed(before));
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
    public void The_count_is_the_product_of_the_sizes(long[] shape, long count) => Assert.Equal(count, ProblemSize.CountOf(shape));

    [Theory]
    [InlineData(new long[] { long.MaxValue, 2 })]
    [InlineData(new long[] { long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue })]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { -1, -1 })]
    public void A_count_that_does_not_fit_is_none(long[] shape) => Assert.Null(ProblemSize.CountOf(shape));

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
