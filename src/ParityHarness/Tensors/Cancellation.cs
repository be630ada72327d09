using ParityHarness.Problems;

namespace ParityHarness.Tensors;

/// <summary>Makes terms of a sum nearly opposite, so that little is left of it: the regime cancelling, see <see cref="DataFiller"/>.</summary>
internal static class Cancellation
{
    /// <summary>Of the forward pass: neighbouring channels, or taps where a group has one channel.</summary>
    public static void OfOutputs(Problem problem, Operand operand, Tensor tensor)
    {
        if (operand == Operand.Bias || tensor.Shape.Length is not (2 or 3))
        {
            return;
        }

        // In values: of complex tensors a row is twice as long.
        var parts = tensor.DType.Parts();
        var length = tensor.Shape[^1] * parts;
        var weightShape = problem.WeightShape;
        var groupChannels = problem.Groups > 0 && weightShape.Length > 0 ? Math.Max(1, weightShape[0] / problem.Groups) : 1;
        if (operand == Operand.Input)
        {
            if (groupChannels == 1)
            {
                for (var i = (long)parts; i < tensor.ValueCount; i++)
                {
                    if (i % length >= parts)
                    {
                        DataFiller.Store(tensor, i, tensor.At(i - parts), "");
                    }
                }

                return;
            }

            for (var i = 0L; i < tensor.ValueCount; i++)
            {
                var channel = i / length % tensor.Shape[^2] % groupChannels;
                if (channel % 2 == 1)
                {
                    DataFiller.Store(tensor, i, tensor.At(i - length), "");
                }
            }

            return;
        }

        if (tensor.Shape.Length != 3)
        {
            return;
        }

        var partner = groupChannels == 1 ? parts : tensor.Shape[1] * length;
        var rest = tensor.DType switch
        {
            DType.Float16 => 1.0 / 128,
            DType.BFloat16 => 1.0 / 32,
            _ => 1.0 / 4096,
        };
        for (var i = partner; i < tensor.ValueCount; i++)
        {
            var odd = groupChannels == 1 ? i % length / parts % 2 == 1 : i / partner % groupChannels % 2 == 1;
            if (odd)
            {
                DataFiller.Store(tensor, i, -tensor.At(i - partner) + tensor.At(i) * rest, "");
            }
        }
    }

    /// <summary>Of gradients: grad_output a stride further, and neighbouring output channels.</summary>
    public static void OfGradients(Problem problem, Operand operand, Tensor tensor)
    {
        if (operand == Operand.Bias || tensor.Shape.Length is not (2 or 3) || tensor.DType is not (DType.Float32 or DType.Float64))
        {
            return;
        }

        var (length, rest) = (tensor.Shape[^1], 1.0 / 4096);
        var columns = Math.Max(1, problem.GroupOutChannels);
        var stride = Math.Max(1, problem.StrideArgument.Value);
        for (var i = 0L; i < tensor.ValueCount; i++)
        {
            var (position, row) = (i % length, i / length);
            switch (operand)
            {
                case Operand.Input when position > 0:
                    DataFiller.Store(tensor, i, tensor.At(i - 1), "");
                    break;
                case Operand.Weight when row % columns % 2 == 1:
                    DataFiller.Store(tensor, i, -tensor.At(i - length) + tensor.At(i) * rest, "");
                    break;
                case Operand.GradOutput when row % columns % 2 == 1:
                    DataFiller.Store(tensor, i, tensor.At(i - length), "");
                    break;
                case Operand.GradOutput when position / stride % 2 == 1:
                    DataFiller.Store(tensor, i, -tensor.At(i - stride) + tensor.At(i) * rest, "");
                    break;
            }
        }
    }
}
