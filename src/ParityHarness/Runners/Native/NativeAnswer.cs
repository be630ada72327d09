using ParityHarness.Problems;

namespace ParityHarness.Runners.Native;

/// <summary>Reads the dtype and shape that a library has answered, of which nothing is trusted.</summary>
internal static unsafe class NativeAnswer
{
    /// <summary>The answered shape; null, and the outcome a fault, when it is none.</summary>
    public static long[]? TryReadShape(in NativeCall call, Outcome outcome)
    {
        var dims = call.Output.Dims;
        if (dims is < 0 or > NativeTensor.MaxDims)
        {
            outcome.Fault($"answered an output of {dims} dimensions");
            return null;
        }

        var shape = new long[dims];
        for (var i = 0; i < dims; i++)
        {
            shape[i] = call.Output.Shape[i];
        }

        if (shape.AsSpan().ContainsAnyInRange(long.MinValue, -1))
        {
            outcome.Fault($"answered the impossible shape {Text(shape)}");
            return null;
        }

        return shape;
    }

    /// <summary>Whether the answered shape is this one.</summary>
    public static bool HasShape(in NativeCall call, long[] shape)
    {
        if (call.Output.Dims != shape.Length)
        {
            return false;
        }

        for (var i = 0; i < shape.Length; i++)
        {
            if (call.Output.Shape[i] != shape[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the output what the library says it is, if that is the room it had or less.</summary>
    public static bool TryAccept(in NativeCall call, Outcome outcome)
    {
        var output = outcome.Output;
        if (call.Output.DType == (int)output.DType && HasShape(call, output.Shape))
        {
            return true;
        }

        if (TryReadShape(call, outcome) is not { } shape)
        {
            return false;
        }

        var dtype = (DType)call.Output.DType;
        if (!Enum.IsDefined(dtype))
        {
            outcome.Fault($"answered with the unknown dtype {call.Output.DType}");
            return false;
        }

        var room = output.Count * output.DType.Size();
        if (ProblemSize.CountOf(shape) is not { } count || (Int128)count * dtype.Size() > room)
        {
            outcome.Fault($"answered {dtype.Name()} of shape {Text(shape)}, which cannot stand in the {output.Count} elements of {output.DType.Name()} it was given");
            return false;
        }

        // The memory stays where it is: reshaping to no more bytes only moves the guard behind them.
        output.Reshape(dtype, shape);
        return true;
    }

    /// <summary>A shape as it stands in messages.</summary>
    public static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
