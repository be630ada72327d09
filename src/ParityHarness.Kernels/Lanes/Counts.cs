using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

/// <summary>
/// Numbers that are types. The number is the size: the compiler knows it before it looks at a method's body, and so compiles nothing of what the number
/// rules out.
/// </summary>
internal static class Counts
{
    [StructLayout(LayoutKind.Sequential, Size = 1)]
    internal readonly struct Of1;

    [StructLayout(LayoutKind.Sequential, Size = 2)]
    internal readonly struct Of2;

    [StructLayout(LayoutKind.Sequential, Size = 3)]
    internal readonly struct Of3;

    [StructLayout(LayoutKind.Sequential, Size = 4)]
    internal readonly struct Of4;

    [StructLayout(LayoutKind.Sequential, Size = 5)]
    internal readonly struct Of5;

    [StructLayout(LayoutKind.Sequential, Size = 6)]
    internal readonly struct Of6;

    [StructLayout(LayoutKind.Sequential, Size = 7)]
    internal readonly struct Of7;

    [StructLayout(LayoutKind.Sequential, Size = 8)]
    internal readonly struct Of8;
}
