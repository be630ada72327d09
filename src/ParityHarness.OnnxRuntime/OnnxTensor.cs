using System.Runtime.InteropServices;

using Google.Protobuf;

using Onnx;

using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.OnnxRuntime;

/// <summary>A constant of a model: type, shape and elements, row-major, as they lie in memory.</summary>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Data">The elements.</param>
internal sealed record OnnxTensor(DType DType, long[] Shape, byte[] Data)
{
    /// <summary>The constant as it stands in a model file, or in a file beside it.</summary>
    /// <param name="proto">What the model holds.</param>
    /// <param name="folder">The model's folder, out of which no file is read.</param>
    /// <exception cref="RunnerLoadException">It cannot be read; the message says why, in one line.</exception>
    public static OnnxTensor Of(TensorProto proto, string folder)
    {
        var dtype = OnnxTypes.FromOnnx(proto.DataType) ?? throw new RunnerLoadException($"the tensor '{proto.Name}' has type {(TensorProto.Types.DataType)proto.DataType}, which is not read here");
        long[] shape = [.. proto.Dims];
        if (ProblemSize.CountOf(shape) is not { } count || count > Array.MaxLength / dtype.Size())
        {
            throw new RunnerLoadException($"the tensor '{proto.Name}' has shape [{string.Join(", ", shape)}], which does not fit memory");
        }

        var data = proto.DataLocation == TensorProto.Types.DataLocation.External ? ReadBeside(proto, folder)
            : proto.RawData.Length > 0 || count == 0 ? proto.RawData.ToByteArray()
            : Elements(proto, dtype);
        return data.LongLength == count * dtype.Size()
            ? new OnnxTensor(dtype, shape, data)
            : throw new RunnerLoadException($"the tensor '{proto.Name}' of shape [{string.Join(", ", shape)}] has {data.LongLength} bytes in place of {count * dtype.Size()}");
    }

    /// <summary>The constant for a model that is made here.</summary>
    public TensorProto ToProto(string name)
    {
        var proto = new TensorProto { Name = name, DataType = (int)DType.ToOnnx(), RawData = ByteString.CopyFrom(Data) };
        proto.Dims.Add(Shape);
        return proto;
    }

    private static byte[] Elements(TensorProto proto, DType dtype) => dtype switch
    {
        DType.Float32 or DType.Complex64 => Bytes<float>([.. proto.FloatData]),
        DType.Float64 or DType.Complex128 => Bytes<double>([.. proto.DoubleData]),
        DType.Int64 => Bytes<long>([.. proto.Int64Data]),
        DType.Int32 => Bytes<int>([.. proto.Int32Data]),
        // Types of 8 and 16 bits stand in numbers of 32.
        DType.Int8 or DType.UInt8 or DType.Bool => [.. proto.Int32Data.Select(value => (byte)value)],
        _ => Bytes<ushort>([.. proto.Int32Data.Select(value => (ushort)value)]),
    };

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged
        => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static byte[] ReadBeside(TensorProto proto, string folder)
    {
        string? Value(string key) => proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;
        var location = Value("location") ?? throw new RunnerLoadException($"the tensor '{proto.Name}' lies in another file, which is not named");
        var path = Resolve(Path.Combine(folder, location));
        // Whoever sends a model must not be able to have any file read into it.
        if (Path.IsPathRooted(location) || !path.StartsWith(Resolve(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new RunnerLoadException($"the tensor '{proto.Name}' lies in '{location}', outside the model's folder; that is not read");
        }

        try
        {
            using var file = File.OpenRead(path);
            var offset = long.Parse(Value("offset") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            var length = Value("length") is { } given ? long.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : file.Length - offset;
            if (offset < 0 || length < 0 || length > file.Length - offset || length > Array.MaxLength)
            {
                throw new RunnerLoadException($"the tensor '{proto.Name}' is said to be {length} bytes from {offset} of '{location}', which has {file.Length}");
            }

            var data = new byte[length];
            file.Position = offset;
            file.ReadExactly(data);
            return data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            throw new RunnerLoadException($"the tensor '{proto.Name}' lies in '{location}' beside the model, which cannot be read: {e.Message}", e);
        }
    }

    private static string Resolve(string path)
    {
        // Links in any part of the path count, not only the last.
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        foreach (var part in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            if (Path.Exists(resolved) && new FileInfo(resolved).ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                resolved = target.FullName;
            }
        }

        return resolved;
    }
}
