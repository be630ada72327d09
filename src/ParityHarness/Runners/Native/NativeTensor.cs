using System.Runtime.InteropServices;

namespace ParityHarness.Runners.Native;

/// <summary>parity_tensor of parity_runner.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTensor
{
    /// <summary>PARITY_MAX_DIMS.</summary>
    public const int MaxDims = 8;

    public int DType;
    public int Dims;
    public fixed long Shape[MaxDims];
    public fixed long Strides[MaxDims];
    public byte* Data;
}
