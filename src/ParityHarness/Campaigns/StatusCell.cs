using System.IO.MemoryMappedFiles;

namespace ParityHarness.Campaigns;

/// <summary>
/// A few words of memory that a worker shares with the coordinator: which problem it is at, in which phase, and a
/// counter that moves with every step. Writing it costs no system call, and it survives the worker's death.
/// </summary>
internal sealed unsafe class StatusCell : IDisposable
{
    private const int Size = 64;

    private readonly string _path;
    private readonly bool _owner;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    private StatusCell(string path, bool owner)
    {
        _path = path;
        _owner = owner;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, Size);
        _view = _file.CreateViewAccessor(0, Size);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _words = (long*)pointer;
    }

    /// <summary>The file behind it.</summary>
    public string Path => _path;

    /// <summary>Moves with every step.</summary>
    public long Steps => Volatile.Read(ref _words[0]);

    /// <summary>The case at hand.</summary>
    public long Index => Volatile.Read(ref _words[1]);

    /// <summary>Multiply-adds of the case at hand: a large one is given more time.</summary>
    public long MultiplyAdds => Volatile.Read(ref _words[3]);

    /// <summary>What is being done with it.</summary>
    public Phase Phase => (Phase)Volatile.Read(ref _words[2]);

    /// <summary>In which way a side is being asked again.</summary>
    public RepetitionCheck Check => (RepetitionCheck)Volatile.Read(ref _words[4]);

    /// <summary>A new cell in a temporary file. The bytes are written, so that a full disk shows here and not later.</summary>
    public static StatusCell Create()
    {
        var folder = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        var path = System.IO.Path.Combine(folder, $"parity-{Environment.ProcessId}-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, new byte[Size]);
        return new StatusCell(path, owner: true);
    }

    /// <summary>The cell that the coordinator made.</summary>
    public static StatusCell Open(string path) => new(path, owner: false);

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

    /// <summary>
    /// Removes the file's name, once both sides have it open: the memory stays, and nothing is left behind if the
    /// coordinator is killed. Windows does not remove a file that is mapped; there <see cref="Dispose"/> does.
    /// </summary>
    public void Unlink()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(_path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        if (_owner)
        {
            File.Delete(_path);
        }
    }
}
