using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>A vector of <see cref="Count"/> lanes: all that the kernels know of an instruction set. Every operation acts on each lane alone.</summary>
internal unsafe interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract int Count { get; }

    /// <summary>Whether 28 vectors can be live at once; otherwise 16.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Load(T* source);

    static abstract TSelf Broadcast(T value);

    static abstract TSelf Add(TSelf left, TSelf right);

    /// <summary>sum += left * right, rounded once. By reference, so that the JIT adds in the sum's own register.</summary>
    static abstract void Accumulate(ref TSelf sum, TSelf left, TSelf right);

    /// <summary>left[0], right[0], left[1], right[1], ... up to half of the lanes.</summary>
    static abstract TSelf ZipLow(TSelf left, TSelf right);

    /// <summary>The same from the middle on.</summary>
    static abstract TSelf ZipHigh(TSelf left, TSelf right);

    /// <summary>By a table of 32-bit lanes, numbered through left and then right: what each lane of the result is. A 64-bit lane is two neighbours.</summary>
    static abstract TSelf Merge(TSelf left, TSelf right, int* lanes);

    static abstract void Store(TSelf value, T* target);
}
