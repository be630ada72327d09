using System.Runtime.InteropServices;

namespace ParityHarness.Runners.Native;

/// <summary>parity_list of parity_runner.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeList
{
    /// <summary>PARITY_MAX_LIST.</summary>
    public const int MaxCount = 4;

    public long Count;
    public fixed long Values[MaxCount];
}
