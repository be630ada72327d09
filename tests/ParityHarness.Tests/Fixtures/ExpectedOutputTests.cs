using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Tensors;

using Xunit;

namespace ParityHarness.Tests.Fixtures;

public sealed class ExpectedOutputTests : IDisposable
{
    private readonly Tensor _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Up_to_256_values_are_held_whole_and_to_the_bit()
    {
        Fill(256, i => 1f / (i + 3));
        var expected = ExpectedOutput.Of(_output, exact: true);
        Assert.Equal(ExpectedKind.Values, expected.Kind);
        var read = ExpectedOutput.Parse(expected.ToString(), DType.Float32, 256);
        Assert.Equal(_output.Span<float>().ToArray(), read.Values.Select(v => (float)v));
        Assert.Equal(_output.At(4), read.Values[4]);
    }

    [Fact]
    public void A_large_exact_output_is_held_as_its_checksum()
    {
        Fill(257, i => i % 7);
        var expected = ExpectedOutput.Of(_output, exact: true);
        Assert.Equal(ExpectedKind.Hash, expected.Kind);
        Assert.Equal(ExpectedOutput.HashOf(_output), ExpectedOutput.Parse(expected.ToString(), DType.Float32, 257).Hash);
        _output.Span<float>()[200] += 1;
        Assert.NotEqual(expected.Hash, ExpectedOutput.HashOf(_output));
    }

    [Theory]
    [InlineData(257)]
    [InlineData(100_000)]
    public void A_large_inexact_output_is_held_as_64_values_with_ascending_indices_from_first_to_last(int count)
    {
        Fill(count, i => i * 0.1f);
        var expected = ExpectedOutput.Of(_output, exact: false);
        Assert.Equal(ExpectedKind.Sample, expected.Kind);
        Assert.Equal(64, expected.Indices.Distinct().Count());
        Assert.Equal(expected.Indices.Order(), expected.Indices.AsEnumerable());
        Assert.Equal(0, expected.Indices[0]);
        Assert.Equal(count - 1, expected.Indices[^1]);
        Assert.Equal(expected.Indices.Select(_output.At), expected.Values.AsEnumerable());
        var read = ExpectedOutput.Parse(expected.ToString(), DType.Float32, count);
        Assert.Equal(expected.Indices.AsEnumerable(), read.Indices.AsEnumerable());
        Assert.Equal(expected.Values.AsEnumerable(), read.Values.AsEnumerable());
    }

    [Fact]
    public void The_checksum_is_fnv1a_over_the_bytes()
    {
        // Published test vectors of 64-bit FNV-1a: "", "a", "foobar".
        _output.Reshape(DType.UInt8, [0]);
        Assert.Equal(0xcbf29ce484222325, ExpectedOutput.HashOf(_output));
        _output.Reshape(DType.UInt8, [1]);
        "a"u8.CopyTo(_output.Span<byte>());
        Assert.Equal(0xaf63dc4c8601ec8c, ExpectedOutput.HashOf(_output));
        _output.Reshape(DType.UInt8, [6]);
        "foobar"u8.CopyTo(_output.Span<byte>());
        Assert.Equal(0x85944171f73967e8, ExpectedOutput.HashOf(_output));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void The_checksum_does_not_see_the_sign_of_zero_or_the_payload_of_nan(DType dtype)
    {
        ulong HashOf(params double[] values)
        {
            _output.Reshape(dtype, [values.Length]);
            for (var i = 0; i < values.Length; i++)
            {
                DataFiller.Store(_output, i, values[i], "");
            }

            return ExpectedOutput.HashOf(_output);
        }

        Assert.Equal(HashOf(0, 1, double.NaN), HashOf(-0.0, 1, -double.NaN));
        Assert.NotEqual(HashOf(0, 1), HashOf(0, -1));
        Assert.NotEqual(HashOf(0, 1), HashOf(1, 0));
    }

    [Fact]
    public void The_checksum_of_floats_is_that_of_their_little_endian_bytes()
    {
        _output.Reshape(DType.Float32, [2]);
        _output.Span<float>()[0] = 1.5f;
        _output.Span<float>()[1] = -3;
        var floats = ExpectedOutput.HashOf(_output);
        _output.Reshape(DType.UInt8, [8]);
        new byte[] { 0, 0, 0xC0, 0x3F, 0, 0, 0x40, 0xC0 }.CopyTo(_output.Span<byte>());
        Assert.Equal(ExpectedOutput.HashOf(_output), floats);
    }

    [Fact]
    public unsafe void A_complex_element_is_two_values()
    {
        _output.Reshape(DType.Complex64, [1, 1, 2]);
        new float[] { 1, 2, 3, 0.1f }.CopyTo(new Span<float>(_output.Data, 4));
        var expected = ExpectedOutput.Of(_output, exact: true);
        Assert.Equal([1, 2, 3, 0.1f], expected.Values.Select(v => (float)v));
        Assert.Equal(expected.Values.AsEnumerable(), ExpectedOutput.Parse(expected.ToString(), DType.Complex64, 2).Values.AsEnumerable());
    }

    [Fact]
    public void Integers_that_double_cannot_hold_are_held_as_a_checksum()
    {
        _output.Reshape(DType.Int64, [1]);
        _output.Span<long>()[0] = (1L << 53) + 1;
        Assert.Equal(ExpectedKind.Hash, ExpectedOutput.Of(_output, exact: false).Kind);
    }

    private void Fill(int count, Func<int, float> value)
    {
        _output.Reshape(DType.Float32, [1, 1, count]);
        for (var i = 0; i < count; i++)
        {
            _output.Span<float>()[i] = value(i);
        }
    }
}
