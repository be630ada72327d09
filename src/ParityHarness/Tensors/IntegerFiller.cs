using ParityHarness.Generation;
using ParityHarness.Problems;

namespace ParityHarness.Tensors;

/// <summary>Fills tensors with integers so small that no partial sum rounds: the regime integer, see <see cref="DataFiller"/>.</summary>
internal static class IntegerFiller
{
    private const int BiasLimit = 16;
    private const int TinyTensor = 4;

    /// <summary>Fills a tensor; channels beyond the active ones stay zero.</summary>
    public static void Fill(Operand operand, Tensor tensor, ulong stream, in IntegerLimits limits)
    {
        var limit = operand switch
        {
            Operand.Input => limits.Input,
            Operand.Weight => limits.Weight,
            Operand.GradOutput => limits.GradOutput,
            _ => BiasLimit,
        };
        var active = operand switch
        {
            Operand.Input when limits.InputIsSparse => limits.ActiveChannels,
            Operand.Weight when !limits.InputIsSparse => limits.ActiveChannels,
            _ => long.MaxValue,
        };
        if (tensor.Count <= TinyTensor)
        {
            FillTiny(tensor, limit, stream);
            return;
        }

        if (active >= limits.GroupChannels)
        {
            FillChannel(tensor, 0, tensor.ValueCount, limit, tensor.DType is DType.UInt8 or DType.Bool, stream);
            return;
        }

        // Channels beyond the active ones stay zero. Which are active: a rotation by the seed, so that each is at times.
        var channelSize = operand == Operand.Input ? limits.Length : limits.ChannelWeights;
        var unsigned = tensor.DType is DType.UInt8 or DType.Bool;
        for (long start = 0, channel = 0; start < tensor.ValueCount; start += channelSize, channel++)
        {
            var end = Math.Min(tensor.ValueCount, start + channelSize);
            var isActive = (channel % limits.GroupChannels + (long)(limits.Rotation % (ulong)limits.GroupChannels)) % limits.GroupChannels < active;
            FillChannel(tensor, start, end, isActive ? limit : 0, unsigned, stream);
        }
    }

    /// <summary>A zero among very few elements would make all outputs zero, and nothing would be compared.</summary>
    private static void FillTiny(Tensor tensor, long limit, ulong stream)
    {
        for (var i = 0L; i < tensor.ValueCount; i++)
        {
            var bits = CounterRandom.At(stream, (ulong)i);
            var value = 1 + (long)Math.BigMul(bits, (ulong)limit, out _);
            DataFiller.Store(tensor, i, bits % 2 == 1 && tensor.DType is not (DType.UInt8 or DType.Bool) ? -value : value, "");
        }
    }

    private static void FillChannel(Tensor tensor, long start, long end, long limit, bool unsigned, ulong stream)
    {
        if (limit == 0)
        {
            for (var i = start; i < end; i++)
            {
                DataFiller.Store(tensor, i, 0, "");
            }

            return;
        }

        switch (tensor.DType)
        {
            case DType.Float32 or DType.Complex64:
                Draws.Integers(tensor.Values<float>()[(int)start..(int)end], stream, (ulong)start, limit);
                return;
            case DType.Float64 or DType.Complex128:
                Draws.Integers(tensor.Values<double>()[(int)start..(int)end], stream, (ulong)start, limit);
                return;
        }

        for (var i = start; i < end; i++)
        {
            var value = Draws.Integer(stream, (ulong)i, limit);
            DataFiller.Store(tensor, i, unsigned ? Math.Abs(value) : value, "");
        }
    }
}
