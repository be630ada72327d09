namespace ParityHarness.Problems;

/// <summary>PyTorch's element types. The numbers are those of parity_runner.h.</summary>
public enum DType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 1,

    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 2,

    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 3,

    /// <summary>The upper half of binary32.</summary>
    BFloat16 = 4,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 5,

    /// <summary>Two binary32: real, imaginary.</summary>
    Complex64 = 6,

    /// <summary>Two binary64: real, imaginary.</summary>
    Complex128 = 7,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 8,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 9,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 10,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 11,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 12,
}
