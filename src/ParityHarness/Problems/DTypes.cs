namespace ParityHarness.Problems;

/// <summary>Facts about element types.</summary>
internal static class DTypes
{
    /// <summary>Size of one element in bytes.</summary>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.Float32 or DType.Int32 => 4,
        DType.Float64 or DType.Int64 or DType.Complex64 => 8,
        DType.Complex128 => 16,
        DType.Float16 or DType.BFloat16 or DType.Int16 => 2,
        DType.Int8 or DType.UInt8 or DType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "unknown dtype"),
    };

    /// <summary>PyTorch's name, e.g. float32.</summary>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Float16 => "float16",
        DType.BFloat16 => "bfloat16",
        DType.Int64 => "int64",
        DType.Complex64 => "complex64",
        DType.Complex128 => "complex128",
        DType.Int32 => "int32",
        DType.Int16 => "int16",
        DType.Int8 => "int8",
        DType.UInt8 => "uint8",
        DType.Bool => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "unknown dtype"),
    };

    /// <summary>The dtype of that name, or null.</summary>
    public static DType? Parse(ReadOnlySpan<char> name)
    {
        foreach (var dtype in Enum.GetValues<DType>())
        {
            if (name.SequenceEqual(dtype.Name()))
            {
                return dtype;
            }
        }

        return null;
    }

    /// <summary>True for complex64 and complex128.</summary>
    public static bool IsComplex(this DType dtype) => dtype is DType.Complex64 or DType.Complex128;

    /// <summary>Values of one element: 2 for complex types, the real and the imaginary part, else 1.</summary>
    public static int Parts(this DType dtype) => dtype.IsComplex() ? 2 : 1;

    /// <summary>The type of one value: float32 for complex64, float64 for complex128, else the type itself.</summary>
    public static DType PartType(this DType dtype) => dtype switch
    {
        DType.Complex64 => DType.Float32,
        DType.Complex128 => DType.Float64,
        _ => dtype,
    };

    /// <summary>True for the types for which no PyTorch version has conv_transpose1d on the CPU.</summary>
    public static bool IsNeverImplemented(this DType dtype) =>
        dtype is DType.Int32 or DType.Int16 or DType.Int8 or DType.UInt8 or DType.Bool;
}
