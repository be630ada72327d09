using System.Numerics;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Oracle;

/// <summary>
/// Input and weight as planes that the sums can read: 16-bit types as float32; of complex tensors the real parts, the
/// imaginary parts, and of the weight these negated.
/// </summary>
internal sealed class WideOperands
{
    private float[] _floatInput = [];
    private float[] _floatWeight = [];
    private double[] _doubleInput = [];
    private double[] _doubleWeight = [];
    private int _inputs;
    private int _weights;

    /// <summary>Takes the tensors of a dtype that needs it.</summary>
    public void Take(TensorSet tensors, DType dtype)
    {
        (_inputs, _weights) = ((int)tensors.Input.Count, (int)tensors.Weight.Count);
        switch (dtype)
        {
            case DType.Float16 or DType.BFloat16:
                Widen(tensors.Input, ref _floatInput);
                Widen(tensors.Weight, ref _floatWeight);
                break;
            case DType.Complex64:
                Split(tensors.Input, ref _floatInput, 2);
                Split(tensors.Weight, ref _floatWeight, 3);
                break;
            case DType.Complex128:
                Split(tensors.Input, ref _doubleInput, 2);
                Split(tensors.Weight, ref _doubleWeight, 3);
                break;
        }
    }

    /// <summary>A plane of the input: 0 the real parts, 1 the imaginary ones.</summary>
    public ReadOnlySpan<T> Input<T>(int plane = 0) => Values<T>(_floatInput, _doubleInput).Slice(plane * _inputs, _inputs);

    /// <summary>A plane of the weight: 0 the real parts, 1 the imaginary ones, 2 these negated.</summary>
    public ReadOnlySpan<T> Weight<T>(int plane = 0) => Values<T>(_floatWeight, _doubleWeight).Slice(plane * _weights, _weights);

    private static ReadOnlySpan<T> Values<T>(float[] ofFloat, double[] ofDouble) =>
        typeof(T) == typeof(float) ? (T[])(object)ofFloat : (T[])(object)ofDouble;

    private static void Widen(Tensor tensor, ref float[] values)
    {
        Spans.Grow(ref values, (int)tensor.Count);
        for (var i = 0; i < tensor.Count; i++)
        {
            values[i] = (float)tensor.At(i);
        }
    }

    private static void Split<T>(Tensor tensor, ref T[] planes, int count)
        where T : unmanaged, INumber<T>
    {
        var parts = tensor.Values<T>();
        var elements = (int)tensor.Count;
        Spans.Grow(ref planes, checked(elements * count));
        for (var i = 0; i < elements; i++)
        {
            planes[i] = parts[2 * i];
            planes[elements + i] = parts[2 * i + 1];
            if (count == 3)
            {
                planes[2 * elements + i] = -parts[2 * i + 1];
            }
        }
    }
}
