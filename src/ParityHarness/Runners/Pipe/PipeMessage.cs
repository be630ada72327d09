using System.Buffers.Binary;
using System.Globalization;
using System.Text;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Pipe;

/// <summary>
/// One message of the pipe protocol (src/examples/pipe-protocol.md), to be filled and sent, or received and read:
/// the header's lines, and after them the elements of the tensors that they name. Kept and filled anew for each message.
/// </summary>
internal sealed unsafe class PipeMessage
{
    /// <summary>The version of the protocol.</summary>
    public const int Version = 1;

    private const int PrefixBytes = 12;
    private const int MostHeaderBytes = 1 << 16;

    // A message that fits is written at once: each write wakes the other side.
    private const int GatheredBytes = 1 << 16;

    private readonly StringBuilder _header = new();
    private readonly List<Tensor> _tensors = [];
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private byte[] _buffer = new byte[4096];
    private long _bodyLeft;

    /// <summary>Empties the message.</summary>
    public void Clear()
    {
        _header.Clear();
        _tensors.Clear();
    }

    /// <summary>Adds a line.</summary>
    public void Add(string key, string value) => _header.Append(key).Append(' ').Append(value).Append('\n');

    /// <summary>Adds a line of numbers.</summary>
    public void Add(string key, ReadOnlySpan<long> values)
    {
        _header.Append(key);
        foreach (var value in values)
        {
            _header.Append(' ').Append(CultureInfo.InvariantCulture, $"{value}");
        }

        _header.Append('\n');
    }

    /// <summary>Adds a tensor: its line now, its elements when the message is sent. It must be dense.</summary>
    public void Add(string key, Tensor tensor)
    {
        _header.Append(key).Append(' ').Append(tensor.DType.Name());
        foreach (var size in tensor.Shape)
        {
            _header.Append(' ').Append(CultureInfo.InvariantCulture, $"{size}");
        }

        _header.Append('\n');
        _tensors.Add(tensor);
    }

    /// <summary>Writes the message.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(Stream stream)
    {
        var text = _header.ToString();
        var headerBytes = Encoding.UTF8.GetByteCount(text);
        long bodyBytes = 0;
        foreach (var tensor in _tensors)
        {
            bodyBytes += Bytes(tensor);
        }

        var gathered = PrefixBytes + headerBytes + bodyBytes <= GatheredBytes;
        Ensure(PrefixBytes + headerBytes + (gathered ? (int)bodyBytes : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer, (uint)headerBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(4), (ulong)bodyBytes);
        var filled = PrefixBytes + Encoding.UTF8.GetBytes(text, _buffer.AsSpan(PrefixBytes));
        if (gathered)
        {
            foreach (var tensor in _tensors)
            {
                new ReadOnlySpan<byte>(tensor.Data, (int)Bytes(tensor)).CopyTo(_buffer.AsSpan(filled));
                filled += (int)Bytes(tensor);
            }
        }

        stream.Write(_buffer, 0, filled);
        if (!gathered)
        {
            foreach (var tensor in _tensors)
            {
                for (var at = 0L; at < Bytes(tensor); at += 1 << 20)
                {
                    stream.Write(new ReadOnlySpan<byte>(tensor.Data + at, (int)Math.Min(1 << 20, Bytes(tensor) - at)));
                }
            }
        }

        stream.Flush();
    }

    /// <summary>Reads a header; the elements are then read by <see cref="ReadElements"/>, in the order of the lines.</summary>
    /// <returns>False where the stream ends before a message begins.</returns>
    /// <exception cref="EndOfStreamException">The stream ends within the message.</exception>
    /// <exception cref="InvalidDataException">What comes is no message; the text says what came.</exception>
    public bool Receive(Stream stream)
    {
        Ensure(PrefixBytes);
        var got = stream.ReadAtLeast(_buffer.AsSpan(0, PrefixBytes), PrefixBytes, throwOnEndOfStream: false);
        if (got == 0)
        {
            return false;
        }

        var headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(_buffer);
        var bodyBytes = BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(4));
        if (got < PrefixBytes || headerBytes is 0 or > MostHeaderBytes || bodyBytes > 1UL << 40)
        {
            throw new InvalidDataException($"it begins with {Show(_buffer.AsSpan(0, got))}");
        }

        Ensure((int)headerBytes);
        stream.ReadExactly(_buffer, 0, (int)headerBytes);
        _bodyLeft = (long)bodyBytes;
        _fields.Clear();
        foreach (var line in Encoding.UTF8.GetString(_buffer, 0, (int)headerBytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (key, value) = space < 0 ? (line.TrimEnd(), "") : (line[..space], line[(space + 1)..].TrimEnd());
            if (!_fields.TryAdd(key, value))
            {
                throw new InvalidDataException($"its header has two lines '{key}'");
            }
        }

        return true;
    }

    /// <summary>A line's text after its key, or null where there is no such line.</summary>
    public string? this[string key] => _fields.GetValueOrDefault(key);

    /// <summary>A line's numbers.</summary>
    /// <exception cref="InvalidDataException">There is no such line, or it holds something else.</exception>
    public long[] Numbers(string key)
    {
        var text = Text(key);
        return Numbers(key, text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A line's one number.</summary>
    /// <exception cref="InvalidDataException">There is no such line, or it holds something else.</exception>
    public long Number(string key) => Numbers(key) is [var one] ? one : throw new InvalidDataException($"its line '{key} {Text(key)}' should have one number");

    /// <summary>A line's text after its key.</summary>
    /// <exception cref="InvalidDataException">There is no such line.</exception>
    public string Text(string key) => this[key] ?? throw new InvalidDataException($"its header has no line '{key}'");

    /// <summary>A tensor's dtype and shape.</summary>
    /// <exception cref="InvalidDataException">There is no such line, or it is not that of a tensor.</exception>
    public (DType DType, long[] Shape) TensorLine(string key)
    {
        var parts = Text(key).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var dtype = parts.Length == 0 ? null : DTypes.Parse(parts[0]);
        return (dtype ?? throw new InvalidDataException($"its line '{key} {Text(key)}' has no known dtype"), Numbers(key, parts.AsSpan(1)));
    }

    /// <summary>Reads the elements of a tensor, which has its dtype and shape already.</summary>
    /// <exception cref="EndOfStreamException">The stream ends within them.</exception>
    /// <exception cref="InvalidDataException">The body is shorter.</exception>
    public void ReadElements(Stream stream, Tensor tensor)
    {
        var bytes = Bytes(tensor);
        if (bytes > _bodyLeft)
        {
            throw new InvalidDataException($"its body has {_bodyLeft} bytes where {tensor.DType.Name()} of shape [{string.Join(", ", tensor.Shape)}] needs {bytes}");
        }

        _bodyLeft -= bytes;
        for (var at = 0L; at < bytes; at += 1 << 20)
        {
            stream.ReadExactly(new Span<byte>(tensor.Data + at, (int)Math.Min(1 << 20, bytes - at)));
        }
    }

    /// <summary>All elements have been read.</summary>
    /// <exception cref="InvalidDataException">The body is longer.</exception>
    public void End()
    {
        if (_bodyLeft != 0)
        {
            throw new InvalidDataException($"its body is {_bodyLeft} bytes longer than its tensors");
        }
    }

    private static long Bytes(Tensor tensor) => tensor.Count * tensor.DType.Size();

    private static long[] Numbers(string key, ReadOnlySpan<string> parts)
    {
        var numbers = new long[parts.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new InvalidDataException($"its line '{key}' has '{parts[i]}' where a whole number should stand");
            }
        }

        return numbers;
    }

    // Garbage is mostly text that was meant for people, so that it is shown as text.
    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
        {
            text.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString() : b == '\n' ? "\\n" : string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"));
        }

        return $"\"{text}\"";
    }

    private void Ensure(int bytes)
    {
        if (_buffer.Length < bytes)
        {
            Array.Resize(ref _buffer, bytes * 2);
        }
    }
}
