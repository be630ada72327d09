using System.ComponentModel;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ParityHarness.TorchSharp;

/// <summary>
/// Lets TorchSharp's native library load where the system's libstdc++ is older than GCC 13's, as on Debian 12 and
/// Ubuntu 22.04.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so needs the version GLIBCXX_3.4.32 of libstdc++.so.6 for one symbol, _ZSt21ios_base_library_initv: a
/// mark that GCC 13's iostream leaves and that no relocation refers to. So nothing of that version is ever looked up, and the
/// need is marked as weak, in a copy in memory: no file is changed or written, whatever other processes do at the same time.
/// .NET asks for help (<see cref="AssemblyLoadContext.ResolvingUnmanagedDll"/>) only after its own search has failed: where
/// libstdc++ is new enough this class does nothing.
/// </remarks>
internal static class OlderSystems
{
    private const string Library = "LibTorchSharp";
    private const string NeededLibrary = "libstdc++.so.6";
    private const string NeededVersion = "GLIBCXX_3.4.32";
    private const uint CloseOnExec = 1;

    private static readonly Lock Gate = new();
    private static bool _registered;

    /// <summary>Whether the copy was needed and is loaded.</summary>
    public static bool WasNeeded { get; private set; }

    /// <summary>Why it could not help, in one line; null where it was not asked or did.</summary>
    public static string? WhyNot { get; private set; }

    /// <summary>Answers .NET's questions for TorchSharp's native library from now on.</summary>
    public static void Support()
    {
        lock (Gate)
        {
            if (!_registered)
            {
                AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
                _registered = true;
            }
        }
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != Library)
        {
            return 0;
        }

        lock (Gate)
        {
            try
            {
                return Load();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or DllNotFoundException or BadImageFormatException or NotSupportedException)
            {
                WhyNot = e.Message.ReplaceLineEndings(" ");
                return 0;
            }
        }
    }

    private static nint Load()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new NotSupportedException($"TorchSharp-cpu brings no libtorch for {RuntimeInformation.RuntimeIdentifier}; it does for linux-x64, win-x64 and osx-arm64");
        }

        var original = Find("libLibTorchSharp.so")
            ?? throw new NotSupportedException("libLibTorchSharp.so of the package TorchSharp-cpu is not beside the program");
        var copy = File.ReadAllBytes(original);
        if (!VersionNeeds.TryWeaken(copy, NeededLibrary, NeededVersion))
        {
            // Not what is known here: what the system's loader says of the file itself.
            return NativeLibrary.Load(original);
        }

        // The loader takes what a library needs by name from what is already in the process.
        var folder = Path.GetDirectoryName(original)!;
        foreach (var needed in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            NativeLibrary.Load(Find(needed) ?? Path.Combine(folder, needed));
        }

        var handle = LoadFromMemory(copy);
        WasNeeded = true;
        return handle;
    }

    /// <summary>The file of a native library of this program's packages: .NET's list of folders comes from the .deps.json.</summary>
    private static string? Find(string file)
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
            .Append(Path.GetDirectoryName(typeof(OlderSystems).Assembly.Location) ?? "")
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    private static nint LoadFromMemory(byte[] library)
    {
        var descriptor = memfd_create("libLibTorchSharp.so", CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"libLibTorchSharp.so cannot be copied to memory: memfd_create: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }

        using var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        file.Write(library);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int memfd_create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}
