using System.Runtime.InteropServices;

namespace ParityHarness.Runners;

/// <summary>
/// The calling thread's floating-point modes: rounding, flush-to-zero, denormals-are-zero, exception masks. Native code
/// that changes them changes every later result of the thread, so they are compared around each call and put back.
/// </summary>
/// <remarks>Read by fegetmode of the C library, on Linux x64; elsewhere nothing is checked.</remarks>
internal static partial class FloatingPointEnvironment
{
    // MXCSR without its six sticky exception flags, which honest arithmetic sets.
    private const uint ControlBits = 0xFFC0;

    private static readonly bool IsChecked = HasModes();

    /// <summary>The modes as they are now; 0 where they are not checked.</summary>
    public static ulong Read()
    {
        if (!IsChecked)
        {
            return 0;
        }

        GetMode(out var modes);
        return modes;
    }

    /// <summary>Puts the modes back to <paramref name="before"/>. True when they had been changed.</summary>
    public static bool Restore(ulong before)
    {
        if (!IsChecked)
        {
            return false;
        }

        GetMode(out var after);
        if (((Mxcsr(after) ^ Mxcsr(before)) & ControlBits) == 0)
        {
            return false;
        }

        SetMode(in before);
        return true;
    }

    // femode_t of glibc on x64: the x87 control word, padding, then MXCSR, 4 bytes each.
    private static uint Mxcsr(ulong modes) => (uint)(modes >> 32);

    private static bool HasModes()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return false;
        }

        return NativeLibrary.TryLoad("libm.so.6", out var library) && NativeLibrary.TryGetExport(library, "fegetmode", out _);
    }

    [LibraryImport("libm.so.6", EntryPoint = "fegetmode")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetMode(out ulong modes);

    [LibraryImport("libm.so.6", EntryPoint = "fesetmode")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetMode(in ulong modes);
}
