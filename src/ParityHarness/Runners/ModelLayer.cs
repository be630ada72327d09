using System.Globalization;
using System.Text;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners;

/// <summary>One ConvTranspose1d of a model, with its own weight.</summary>
internal abstract class ModelLayer
{
    /// <summary>Its name in the model.</summary>
    public abstract string Name { get; }

    /// <summary>Why PyTorch has no ConvTranspose1d that does the same, in one line; null where it has one.</summary>
    public abstract string? WhyNot { get; }

    /// <summary>The only input length for which the layer is PyTorch's, or the one that the model names; null where any will do.</summary>
    public abstract long? Length { get; }

    /// <summary>The layer as PyTorch's call on an input of [batch, in_channels, length]; null where there is none.</summary>
    public abstract Problem? At(long batch, long length);

    /// <summary>Puts the layer's own weight and bias in place of those that a problem of <see cref="At"/> was filled with.</summary>
    public abstract void FillWeights(TensorSet tensors);

    /// <summary>The layer as it is written in PyTorch, without what has its default.</summary>
    public static string Describe(Problem call)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"torch.nn.ConvTranspose1d({call.InChannels}, {call.OutChannels}, {call.KernelSize}");
        Add("stride", call.Stride, 1);
        Add("padding", call.Padding, 0);
        Add("output_padding", call.OutputPadding, 0);
        Add("groups", call.Groups, 1);
        if (!call.HasBias)
        {
            text.Append(", bias=False");
        }

        Add("dilation", call.Dilation, 1);
        if (call.DType != DType.Float32)
        {
            text.Append(", dtype=torch.").Append(call.DType.Name());
        }

        return text.Append(')').ToString();

        void Add(string name, long value, long standard)
        {
            if (value != standard)
            {
                text.Append(CultureInfo.InvariantCulture, $", {name}={value}");
            }
        }
    }
}
