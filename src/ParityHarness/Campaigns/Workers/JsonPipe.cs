using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ParityHarness.Campaigns.Workers;

/// <summary>Messages on a pipe: the length in bytes as a little-endian int32, then the JSON.</summary>
internal static class JsonPipe
{
    private const int LongestMessage = 1 << 30;

    /// <summary>Writes a message at once.</summary>
    public static void Write<T>(Stream pipe, T message, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        pipe.Write([.. length, .. json]);
        pipe.Flush();
    }

    /// <summary>Waits for a message.</summary>
    /// <exception cref="EndOfStreamException">The other side has closed the pipe.</exception>
    /// <exception cref="InvalidDataException">What came is not such a message.</exception>
    public static T Read<T>(Stream pipe, JsonTypeInfo<T> type)
        where T : class
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        pipe.ReadExactly(length);
        if (BinaryPrimitives.ReadInt32LittleEndian(length) is not (> 0 and < LongestMessage and var bytes))
        {
            throw new InvalidDataException("a message has no length");
        }

        var json = new byte[bytes];
        pipe.ReadExactly(json);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("a message is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a message cannot be read: {e.Message}", e);
        }
    }
}
