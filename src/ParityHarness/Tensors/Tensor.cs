using System.Runtime.InteropServices;

using ParityHarness.Problems;

namespace ParityHarness.Tensors;

/// <summary>
/// A tensor in native memory: dense, row-major and 64-byte aligned unless told otherwise, with a guard zone on either
/// side by which a write outside it is seen. The memory is kept and reused when the tensor is reshaped.
/// </summary>
public sealed unsafe class Tensor : IDisposable
{
    private const int GuardBytes = 64;
    private const byte GuardByte = 0xA5;

    private byte* _block;
    private nuint _capacity;
    private GuardedPages? _pages;
    private byte* _data;
    private nuint _bytes;
    private int _guardBefore;
    private int _guardAfter;

    /// <summary>The element type.</summary>
    public DType DType { get; private set; } = DType.Float32;

    /// <summary>The sizes of the dimensions.</summary>
    public long[] Shape { get; private set; } = [0];

    /// <summary>Steps from one index to the next in each dimension, in elements; 0 where the dimension is expanded.</summary>
    public long[] Strides { get; private set; } = [1];

    /// <summary>Number of elements.</summary>
    public long Count { get; private set; }

    /// <summary>Elements of memory from the first to the last, those between them included; <see cref="Count"/> where the tensor is dense.</summary>
    public long Extent => (long)_bytes / DType.Size();

    /// <summary>Where the elements are put when the tensor is given its shape the next time.</summary>
    internal Placement Placement { get; set; }

    /// <summary>The first element.</summary>
    public byte* Data => _data;

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

    /// <summary>
    /// Gives the tensor a type and a shape, dense and row-major. The elements are undefined; the guard zones are set.
    /// </summary>
    /// <exception cref="ProblemDataException">There is not that much memory.</exception>
    public void Reshape(DType dtype, long[] shape)
    {
        var count = ProblemSize.CountOf(shape) ?? throw new ProblemDataException($"a tensor of shape [{string.Join(", ", shape)}] does not fit any memory");
        Reserve(dtype, shape, count);
        DType = dtype;
        Shape = shape;
        Strides = DenseStrides(shape);
        Count = count;
    }

    /// <summary>
    /// Gives the tensor the type, the shape and the elements of another, laid out by strides. What lies between the
    /// elements is filled with bytes 0xFF.
    /// </summary>
    /// <param name="from">Where the elements are; it must have fewer than 2^31 of them.</param>
    /// <param name="fromStrides">By which strides they are read there, e.g. 0 where one index stands for all.</param>
    /// <param name="strides">By which strides they are written here, none of them negative.</param>
    /// <exception cref="ProblemDataException">There is not that much memory.</exception>
    internal void Lay(Tensor from, long[] fromStrides, long[] strides)
    {
        var shape = from.Shape;
        Int128 extent = from.Count == 0 ? 0 : 1;
        for (var d = 0; d < shape.Length && from.Count > 0; d++)
        {
            extent += (Int128)(shape[d] - 1) * strides[d];
        }

        Reserve(from.DType, shape, extent);
        DType = from.DType;
        Shape = shape;
        Strides = strides;
        Count = from.Count;
        if (fromStrides.AsSpan().SequenceEqual(strides) && from._bytes == _bytes)
        {
            NativeMemory.Copy(from._data, _data, _bytes);
            return;
        }

        NativeMemory.Fill(_data, _bytes, 0xFF);
        switch (DType.Size())
        {
            case 1:
                Scatter<byte>(from._data, fromStrides);
                break;
            case 2:
                Scatter<ushort>(from._data, fromStrides);
                break;
            case 4:
                Scatter<uint>(from._data, fromStrides);
                break;
            case 8:
                Scatter<ulong>(from._data, fromStrides);
                break;
            default:
                Scatter<UInt128>(from._data, fromStrides);
                break;
        }
    }

    /// <summary>A checksum of the memory from the first element to the last.</summary>
    internal uint ChecksumOfMemory() => Checksum.Of(_data, _bytes);

    /// <summary>The elements. For dense tensors of at most 2^31 - 1 elements.</summary>
    public Span<T> Span<T>()
        where T : unmanaged
        => new(Data, checked((int)Count));

    /// <summary>The values, of complex elements the parts. For dense tensors of at most 2^31 - 1 values.</summary>
    public Span<T> Values<T>()
        where T : unmanaged
        => new(Data, checked((int)ValueCount));

    /// <summary>Fills the elements with bytes 0xFF: NaN for the floating-point types, so that an unwritten element shows.</summary>
    public void Poison() => NativeMemory.Fill(_data, _bytes, 0xFF);

    /// <summary>False when something was written right before or right after the elements.</summary>
    public bool GuardsAreIntact() =>
        new ReadOnlySpan<byte>(_data - _guardBefore, _guardBefore).IndexOfAnyExcept(GuardByte) < 0
        && new ReadOnlySpan<byte>(_data + _bytes, _guardAfter).IndexOfAnyExcept(GuardByte) < 0;

    /// <summary>Sets the guard zones again.</summary>
    public void RestoreGuards()
    {
        new Span<byte>(_data - _guardBefore, _guardBefore).Fill(GuardByte);
        new Span<byte>(_data + _bytes, _guardAfter).Fill(GuardByte);
    }

    /// <summary>Number of values: of the elements, twice as many for complex ones.</summary>
    public long ValueCount => Count * DType.Parts();

    /// <summary>
    /// A value of a dense tensor as double, by its flat index: exact for all floating-point types, rounded for int64 beyond
    /// 2^53. A complex element is two values, the real and the imaginary part.
    /// </summary>
    public double At(long index) => DType switch
    {
        DType.Float32 or DType.Complex64 => ((float*)Data)[index],
        DType.Float64 or DType.Complex128 => ((double*)Data)[index],
        DType.Int64 => ((long*)Data)[index],
        DType.Int32 => ((int*)Data)[index],
        DType.Int16 => ((short*)Data)[index],
        DType.Int8 => ((sbyte*)Data)[index],
        DType.UInt8 or DType.Bool => Data[index],
        DType.Float16 => (double)((Half*)Data)[index],
        DType.BFloat16 => BitConverter.Int32BitsToSingle(((ushort*)Data)[index] << 16),
        _ => throw new NotSupportedException($"elements of {DType}"),
    };

    /// <summary>Makes room for so many elements, at the place that is wanted, with guard zones.</summary>
    private void Reserve(DType dtype, long[] shape, Int128 count)
    {
        var wide = count * dtype.Size();
        if (wide > (Int128)1 << 40)
        {
            throw new ProblemDataException($"a tensor of shape [{string.Join(", ", shape)}] needs {wide} bytes");
        }

        var bytes = (nuint)wide;
        if (Placement == Placement.Aligned)
        {
            ReserveBlock(bytes, shape);
        }
        else
        {
            ReservePages(bytes, dtype.Size(), shape);
        }

        _bytes = bytes;
        new Span<byte>(_data + bytes, _guardAfter).Fill(GuardByte);
    }

    private void ReserveBlock(nuint bytes, long[] shape)
    {
        if (_block == null || bytes > _capacity)
        {
            var capacity = Math.Max(bytes, 4096);
            byte* block;
            try
            {
                block = (byte*)NativeMemory.AlignedAlloc(capacity + 2 * GuardBytes, 64);
            }
            catch (OutOfMemoryException)
            {
                throw NoMemory(bytes, shape);
            }

            NativeMemory.AlignedFree(_block);
            _block = block;
            _capacity = capacity;
            new Span<byte>(_block, GuardBytes).Fill(GuardByte);
        }

        _data = _block + GuardBytes;
        _guardBefore = _guardAfter = GuardBytes;
    }

    private void ReservePages(nuint bytes, int elementSize, long[] shape)
    {
        _pages ??= new GuardedPages();
        if (!_pages.TryReserve(bytes + 2 * GuardBytes + (nuint)elementSize))
        {
            throw NoMemory(bytes, shape);
        }

        (_guardBefore, _guardAfter) = (GuardBytes, GuardBytes);
        switch (Placement)
        {
            case Placement.AfterGuardPage:
                _data = _pages.Start;
                _guardBefore = 0;
                break;
            case Placement.BeforeGuardPage:
                _data = _pages.End - bytes;
                _guardAfter = 0;
                break;
            default:
                _data = _pages.Start + GuardBytes + elementSize;
                break;
        }

        new Span<byte>(_data - _guardBefore, _guardBefore).Fill(GuardByte);
    }

    private static ProblemDataException NoMemory(nuint bytes, long[] shape) =>
        new($"a tensor of shape [{string.Join(", ", shape)}] needs {bytes} bytes, which are not to be had");

    /// <summary>Writes the elements, in row-major order of their indices, from one layout to this tensor's.</summary>
    private void Scatter<T>(byte* from, long[] fromStrides)
        where T : unmanaged
    {
        var dims = Shape.Length;
        var source = (T*)from;
        var target = (T*)_data;
        var (length, sourceStep, targetStep) = dims == 0 ? (1, 0, 0) : (Shape[^1], fromStrides[^1], Strides[^1]);
        var index = new long[Math.Max(0, dims - 1)];
        for (var left = Count; left > 0; left -= length)
        {
            for (var i = 0L; i < length; i++)
            {
                target[i * targetStep] = source[i * sourceStep];
            }

            for (var d = dims - 2; d >= 0; d--)
            {
                source += fromStrides[d];
                target += Strides[d];
                if (++index[d] < Shape[d])
                {
                    break;
                }

                source -= fromStrides[d] * Shape[d];
                target -= Strides[d] * Shape[d];
                index[d] = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        _pages?.Dispose();
        _block = _data = null;
        _capacity = _bytes = 0;
        _guardBefore = _guardAfter = 0;
        Count = 0;
    }

    /// <summary>Whether all numbers of a tensor are finite.</summary>
    internal bool IsFinite()
    {
        for (var i = 0L; i < ValueCount; i++)
        {
            if (!double.IsFinite(At(i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A flat row-major index as indices, [n,c,o].</summary>
    internal static string Position(long index, ReadOnlySpan<long> shape) => $"[{string.Join(',', Indices(index, shape))}]";

    /// <summary>A flat row-major index as one index for each dimension.</summary>
    internal static long[] Indices(long index, ReadOnlySpan<long> shape)
    {
        var position = new long[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            position[d] = index % shape[d];
            index /= shape[d];
        }

        return position;
    }
}
