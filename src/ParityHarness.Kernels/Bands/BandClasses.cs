using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A plan's classes, in place.</summary>
[InlineArray(Most)]
internal struct BandClasses
{
    /// <summary>So many at most.</summary>
    public const int Most = 32;

    private BandClass first;
}
