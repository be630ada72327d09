using System.Runtime.InteropServices;

namespace ParityHarness.Tensors;

/// <summary>
/// Whole pages of memory with a page on either side that can be neither read nor written: who does dies of a signal.
/// On Linux; elsewhere the pages stand alone.
/// </summary>
internal sealed unsafe partial class GuardedPages : IDisposable
{
    private const int NoAccess = 0;
    private const int ReadAndWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private static readonly nuint PageSize = (nuint)Environment.SystemPageSize;

    private byte* _mapping;

    /// <summary>The first byte that can be used.</summary>
    public byte* Start { get; private set; }

    /// <summary>The byte after the last.</summary>
    public byte* End { get; private set; }

    /// <summary>Makes room for so many bytes; what stood there may be lost. False when there is not that much memory.</summary>
    public bool TryReserve(nuint bytes)
    {
        if (_mapping != null && bytes <= (nuint)(End - Start))
        {
            return true;
        }

        var usable = (bytes + PageSize - 1) / PageSize * PageSize;
        var mapping = Map(usable);
        if (mapping == null)
        {
            return false;
        }

        Dispose();
        _mapping = mapping;
        Start = mapping + PageSize;
        End = Start + usable;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mapping == null)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            Unmap(_mapping, (nuint)(End - _mapping) + PageSize);
        }
        else
        {
            NativeMemory.AlignedFree(_mapping);
        }

        _mapping = null;
    }

    private static byte* Map(nuint usable)
    {
        var all = usable + 2 * PageSize;
        if (!OperatingSystem.IsLinux())
        {
            return AlignedPages(all);
        }

        var mapping = Map(null, all, NoAccess, PrivateAnonymous, -1, 0);
        if (mapping == (byte*)-1)
        {
            return null;
        }

        if (Protect(mapping + PageSize, usable, ReadAndWrite) != 0)
        {
            Unmap(mapping, all);
            return null;
        }

        return mapping;
    }

    private static byte* AlignedPages(nuint bytes)
    {
        try
        {
            return (byte*)NativeMemory.AlignedAlloc(bytes, PageSize);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(byte* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);
}
