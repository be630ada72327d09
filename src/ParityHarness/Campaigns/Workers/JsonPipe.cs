using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// Messages between the coordinator and a worker: a nonce of 16 bytes, the length in bytes as a little-endian int32, the JSON, and the
/// nonce again. A library in the worker can write into its pipes too. The coordinator draws a nonce for each question, and the answer
/// repeats it: so the coordinator recognizes what somebody else wrote, before or within an answer, and an answer that comes late or twice.
/// </summary>
internal static class JsonPipe
{
    private const int LongestMessage = 1 << 30;
    private const int NonceBytes = 16;

    /// <summary>Writes a question with a nonce of its own.</summary>
    /// <returns>The nonce, which the answer must have.</returns>
    public static Guid Ask<T>(Stream pipe, T question, JsonTypeInfo<T> type)
    {
        var nonce = Guid.NewGuid();
        Write(pipe, nonce, question, type);
        return nonce;
    }

    /// <summary>Writes a message at once.</summary>
    public static void Write<T>(Stream pipe, Guid nonce, T message, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        pipe.Write([.. nonce.ToByteArray(), .. length, .. json, .. nonce.ToByteArray()]);
        pipe.Flush();
    }

    /// <summary>Waits for a question.</summary>
    /// <exception cref="EndOfStreamException">The other side has closed the pipe.</exception>
    /// <exception cref="InvalidDataException">What came is not such a message.</exception>
    public static (Guid Nonce, T Question) Read<T>(Stream pipe, JsonTypeInfo<T> type)
        where T : class => Read(pipe, type, expected: null);

    /// <summary>Waits for the answer to a question.</summary>
    /// <exception cref="EndOfStreamException">The other side has closed the pipe.</exception>
    /// <exception cref="InvalidDataException">What came is not the answer to this question.</exception>
    public static T ReadAnswer<T>(Stream pipe, Guid nonce, JsonTypeInfo<T> type)
        where T : class => Read(pipe, type, nonce).Message;

    private static (Guid Nonce, T Message) Read<T>(Stream pipe, JsonTypeInfo<T> type, Guid? expected)
        where T : class
    {
        Span<byte> header = stackalloc byte[NonceBytes + sizeof(int)];
        pipe.ReadExactly(header);
        var nonce = new Guid(header[..NonceBytes]);
        if (expected is not null && nonce != expected)
        {
            throw new InvalidDataException("a message is not the answer to the last question");
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(header[NonceBytes..]) is not (> 0 and < LongestMessage and var bytes))
        {
            throw new InvalidDataException("a message has no length");
        }

        var message = new byte[bytes + NonceBytes];
        pipe.ReadExactly(message);
        if (new Guid(message.AsSpan(bytes)) != nonce)
        {
            throw new InvalidDataException("a message has other bytes in it");
        }

        try
        {
            return (nonce, JsonSerializer.Deserialize(message.AsSpan(0, bytes), type) ?? throw new InvalidDataException("a message is empty"));
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            // The JSON's own exceptions, and those of what is made of it.
            throw new InvalidDataException($"a message cannot be read: {e.Message}", e);
        }
    }
}
