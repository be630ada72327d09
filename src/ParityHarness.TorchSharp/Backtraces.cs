using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.TorchSharp;

/// <summary>
/// Spares libtorch the backtrace of each error that it throws: to find the names of its 25 frames takes 8 ms, the call
/// that is refused 0.1 ms, and a campaign has thousands of them. The message itself stays as it is.
/// </summary>
/// <remarks>
/// c10::SetStackTraceFetcher takes a std::function that returns a std::string. Both are laid out here by hand, as the
/// Itanium C++ ABI and libstdc++ have them on Linux x64; elsewhere, or where the symbol is not there, errors keep their backtrace.
/// </remarks>
internal static unsafe class Backtraces
{
    private const string Symbol = "_ZN3c1020SetStackTraceFetcherESt8functionIFNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEvEE";

    /// <summary>Errors have none from now on.</summary>
    /// <param name="libc10">The file of the libc10.so that is loaded.</param>
    public static void LeaveOut(string libc10)
    {
        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            && NativeLibrary.TryLoad(libc10, out var handle) && NativeLibrary.TryGetExport(handle, Symbol, out var set))
        {
            var function = new StdFunction { Manager = &Manage, Invoker = &Invoke };
            ((delegate* unmanaged<StdFunction*, void>)set)(&function);
        }
    }

    /// <summary>What std::function asks of what it holds: a function without data has nothing to copy and nothing to free.</summary>
    [UnmanagedCallersOnly]
    private static byte Manage(nint destination, nint source, int operation) => 0;

    /// <summary>Returns an empty std::string, in the memory that the caller provides.</summary>
    [UnmanagedCallersOnly]
    private static StdString* Invoke(StdString* result, nint data)
    {
        result->Characters = result->Inline;
        result->Length = 0;
        result->Inline[0] = 0;
        return result;
    }

    private struct StdFunction
    {
        public Data Held;
        public delegate* unmanaged<nint, nint, int, byte> Manager;
        public delegate* unmanaged<StdString*, nint, StdString*> Invoker;

        [InlineArray(16)]
        internal struct Data
        {
            private byte _first;
        }
    }

    private struct StdString
    {
        public byte* Characters;
        public nint Length;
        public fixed byte Inline[16];
    }
}
