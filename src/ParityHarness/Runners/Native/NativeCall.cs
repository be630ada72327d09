using System.Runtime.InteropServices;

namespace ParityHarness.Runners.Native;

/// <summary>parity_call of parity_runner.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeCall
{
    /// <summary>PARITY_ABI_VERSION.</summary>
    public const int AbiVersion = 3;

    /// <summary>PARITY_DESCRIBE.</summary>
    public const int Describe = 0;

    /// <summary>PARITY_FORWARD.</summary>
    public const int Forward = 1;

    /// <summary>PARITY_BACKWARD.</summary>
    public const int Backward = 2;

    /// <summary>PARITY_TAKES_STRIDES.</summary>
    public const int TakesStrides = 1;

    /// <summary>PARITY_ONE_CALL_AT_A_TIME.</summary>
    public const int OneCallAtATime = 2;

    /// <summary>PARITY_PREPARE.</summary>
    public const int Prepare = 1;

    /// <summary>PARITY_REPEAT.</summary>
    public const int Repeat = 2;

    /// <summary>PARITY_RELEASE.</summary>
    public const int Release = 3;

    public int Version;
    public int Operation;
    public int Form;
    public int PaddingMode;
    public NativeTensor Input;
    public NativeTensor Weight;
    public NativeTensor Bias;
    public NativeList Stride;
    public NativeList Padding;
    public NativeList OutputPadding;
    public NativeList Dilation;
    public NativeList OutputSize;
    public long Groups;
    public long InChannels;
    public long OutChannels;
    public NativeTensor Output;
    public long OutputCapacity;
    public int Reason;
    public int TextCapacity;
    public byte* Text;
    public int Abilities;
    public int Stage;
    public int Threads;
    public long Repetitions;
    public void* Prepared;
    public NativeTensor GradOutput;
    public int Gradients;
}
