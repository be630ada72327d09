using System.Runtime.InteropServices;

using ParityHarness.Problems;

namespace ParityHarness.Data;

/// <summary>
/// A dense, row-major tensor in native memory: 64-byte aligned, with a guard zone on either side by which a write
/// outside it is seen. The memory is kept and reused when the tensor is reshaped.
/// </summary>
public sealed unsafe class Tensor : IDisposable
{
    private const int GuardBytes = 64;
    private const byte GuardByte = 0xA5;

    private byte* _block;
    private nuint _capacity;

    /// <summary>The element type.</summary>
    public DType DType { get; private set; } = DType.Float32;

    /// <summary>The sizes of the dimensions.</summary>
    public long[] Shape { get; private set; } = [0];

    /// <summary>Steps from one index to the next in each dimension, in elements; 0 where the dimension is expanded.</summary>
    public long[] Strides { get; private set; } = [1];

    /// <summary>Number of elements.</summary>
    public long Count { get; private set; }

    /// <summary>The first element.</summary>
    public byte* Data => _block + GuardBytes;

    /// <summary>Number of elements of a shape; null where it does not fit int64.</summary>
    public static long? CountOf(ReadOnlySpan<long> shape)
    {
        // One pass for zeros first: 2^40 x 2^40 x 0 is an empty tensor, not an overflow.
        if (shape.Contains(0))
        {
            return 0;
        }

        Int128 count = 1;
        foreach (var size in shape)
        {
            count *= size;
            if (count > long.MaxValue || size < 0)
            {
                return null;
            }
        }

        return (long)count;
    }

    /// <summary>
    /// Strides of a dense row-major tensor. Where they do not fit int64, as beside a size of 0, the tensor has no
    /// elements and they mean nothing.
    /// </summary>
    public static long[] DenseStrides(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step = unchecked(step * Math.Max(shape[i], 1));
        }

        return strides;
    }

    /// <summary>Gives the tensor a type and a shape. The elements are undefined; the guard zones are set.</summary>
    /// <exception cref="ProblemDataException">There is not that much memory.</exception>
    public void Reshape(DType dtype, long[] shape)
    {
        var count = CountOf(shape) ?? throw new ProblemDataException($"a tensor of shape [{string.Join(", ", shape)}] does not fit any memory");
        var wide = (Int128)count * dtype.Size();
        if (wide > (Int128)1 << 40)
        {
            throw new ProblemDataException($"a tensor of shape [{string.Join(", ", shape)}] needs {wide} bytes");
        }

        var bytes = (nuint)wide;
        if (_block == null || bytes > _capacity)
        {
            var capacity = Math.Max(bytes, 4096);
            var block = Allocate(capacity + 2 * GuardBytes, shape);
            NativeMemory.AlignedFree(_block);
            _block = block;
            _capacity = capacity;
            new Span<byte>(_block, GuardBytes).Fill(GuardByte);
        }

        DType = dtype;
        Shape = shape;
        Strides = DenseStrides(shape);
        Count = count;
        new Span<byte>(Data + bytes, GuardBytes).Fill(GuardByte);
    }

    /// <summary>The elements. For tensors of at most 2^31 - 1 elements.</summary>
    public Span<T> Span<T>()
        where T : unmanaged
        => new(Data, checked((int)Count));

    /// <summary>Fills the elements with bytes 0xFF: NaN for the floating-point types, so that an unwritten element shows.</summary>
    public void Poison() => NativeMemory.Fill(Data, (nuint)(Count * DType.Size()), 0xFF);

    /// <summary>False when something was written right before or right after the elements.</summary>
    public bool GuardsAreIntact() =>
        _block == null
        || (new ReadOnlySpan<byte>(_block, GuardBytes).IndexOfAnyExcept(GuardByte) < 0
        && new ReadOnlySpan<byte>(Data + (nuint)(Count * DType.Size()), GuardBytes).IndexOfAnyExcept(GuardByte) < 0);

    /// <summary>Sets the guard zones again.</summary>
    public void RestoreGuards()
    {
        if (_block == null)
        {
            return;
        }

        new Span<byte>(_block, GuardBytes).Fill(GuardByte);
        new Span<byte>(Data + (nuint)(Count * DType.Size()), GuardBytes).Fill(GuardByte);
    }

    /// <summary>An element as double; exact for float32 and float64.</summary>
    public double At(long index) => DType switch
    {
        DType.Float32 => ((float*)Data)[index],
        DType.Float64 => ((double*)Data)[index],
        DType.Int64 => ((long*)Data)[index],
        DType.Int32 => ((int*)Data)[index],
        DType.Int16 => ((short*)Data)[index],
        DType.Int8 => ((sbyte*)Data)[index],
        DType.UInt8 or DType.Bool => Data[index],
        DType.Float16 => (double)((Half*)Data)[index],
        DType.BFloat16 => BitConverter.Int32BitsToSingle(((ushort*)Data)[index] << 16),
        DType.Complex64 => ((float*)Data)[2 * index],
        DType.Complex128 => ((double*)Data)[2 * index],
        _ => throw new NotSupportedException($"elements of {DType}"),
    };

    private static byte* Allocate(nuint bytes, long[] shape)
    {
        try
        {
            return (byte*)NativeMemory.AlignedAlloc(bytes, 64);
        }
        catch (OutOfMemoryException)
        {
            throw new ProblemDataException($"a tensor of shape [{string.Join(", ", shape)}] needs {bytes} bytes, which are not to be had");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        _block = null;
        _capacity = 0;
        Count = 0;
    }
}
