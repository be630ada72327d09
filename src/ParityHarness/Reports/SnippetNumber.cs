using System.Globalization;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>A value of a tensor as it stands in a program.</summary>
internal static class SnippetNumber
{
    /// <summary>
    /// The digits, or NaN, inf, -inf. A 16-bit value has all digits of its exact value: PyTorch and TorchSharp read it as float32
    /// or float64 first, so that the fewest digits that tell it apart could round twice.
    /// </summary>
    public static string Text(Tensor tensor, long index) => tensor.DType switch
    {
        DType.Int64 => tensor.Span<long>()[(int)index].ToString(CultureInfo.InvariantCulture),
        DType.Float16 or DType.BFloat16 => NumberText.Format(tensor.At(index), DType.Float64),
        var dtype => NumberText.Format(tensor.At(index), dtype.PartType()),
    };
}
