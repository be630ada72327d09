using System.IO.MemoryMappedFiles;

namespace ParityHarness.Judging;

/// <summary>
/// A few words of memory that a worker shares with the coordinator: which problem it is at, in which phase, and a
/// counter that moves with every step. Writing it costs no system call, and it survives the worker's death. A library
/// in the worker can write there too: what is read is always something that could stand there.
/// </summary>
internal sealed unsafe class StatusCell : IDisposable
{
    private const int Size = 64;
    private const long MostMultiplyAdds = 1_000_000_000_000;

    private readonly bool _isToBeRemoved;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    private StatusCell(FileStream file, string path, bool isToBeRemoved)
    {
        Path = path;
        _isToBeRemoved = isToBeRemoved;
        _file = MemoryMappedFile.CreateFromFile(file, null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, Size);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _words = (long*)pointer;
    }

    /// <summary>Where a worker opens it, for as long as it is not disposed.</summary>
    public string Path { get; }

    /// <summary>Moves with every step.</summary>
    public long Steps => Volatile.Read(ref _words[0]);

    /// <summary>The case at hand.</summary>
    public long Index => Volatile.Read(ref _words[1]);

    /// <summary>Multiply-adds of the case at hand: a large one is given more time.</summary>
    public long MultiplyAdds => Math.Clamp(Volatile.Read(ref _words[3]), 0, MostMultiplyAdds);

    /// <summary>What is being done with it.</summary>
    public Phase Phase => Volatile.Read(ref _words[2]) is >= 0 and <= (long)Phase.Comparison and var phase ? (Phase)phase : Phase.Idle;

    /// <summary>In which way a side is being asked again.</summary>
    public RepetitionCheck Check =>
        Volatile.Read(ref _words[4]) is >= 0 and <= int.MaxValue and var check && Enum.IsDefined((RepetitionCheck)check) ? (RepetitionCheck)check : RepetitionCheck.None;

    /// <summary>
    /// A new cell in a temporary file. The bytes are written, so that a full disk shows here and not later. On Linux the file has
    /// lost its name before anybody else knows of it, so that nothing is left behind whenever the coordinator is killed.
    /// </summary>
    public static StatusCell Create()
    {
        var folder = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        var path = System.IO.Path.Combine(folder, $"parity-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var file = OpenFile(path, FileMode.CreateNew);
        file.Write(new byte[Size]);
        file.Flush();
        if (!OperatingSystem.IsLinux())
        {
            return new StatusCell(file, path, isToBeRemoved: true);
        }

        File.Delete(path);
        return new StatusCell(file, $"/proc/{Environment.ProcessId}/fd/{file.SafeFileHandle.DangerousGetHandle()}", isToBeRemoved: false);
    }

    /// <summary>The cell that the coordinator made.</summary>
    public static StatusCell Open(string path) => new(OpenFile(path, FileMode.Open), path, isToBeRemoved: false);

    /// <summary>Says what is being done now.</summary>
    public void Set(long index, Phase phase)
    {
        _words[1] = index;
        _words[4] = (long)RepetitionCheck.None;
        Volatile.Write(ref _words[2], (long)phase);
        Volatile.Write(ref _words[0], _words[0] + 1);
    }

    /// <summary>Says how large the case at hand is.</summary>
    public void SetSize(long multiplyAdds) => Volatile.Write(ref _words[3], multiplyAdds);

    /// <summary>Says what is being done now with the same case.</summary>
    public void Set(Phase phase, RepetitionCheck check = RepetitionCheck.None)
    {
        _words[4] = (long)check;
        Volatile.Write(ref _words[2], (long)phase);
        Volatile.Write(ref _words[0], _words[0] + 1);
    }

    /// <summary>Says that a step is done, from any thread.</summary>
    public void Step() => Interlocked.Increment(ref _words[0]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        if (_isToBeRemoved)
        {
            File.Delete(Path);
        }
    }

    private static FileStream OpenFile(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
