// ConvTranspose1d in plain C# (see csharp.md beside this file).
using System.Numerics;
using ParityHarness.Runners;

/// <summary>By this class the program finds the implementation in the assembly.</summary>
public sealed class Mine() : FunctionRunner("mine", "1.0.0", MyConv.Forward, MyConv.Forward);

public static class MyConv
{
    public static T[] Forward<T>(T[] input, T[] weight, T[]? bias, ConvTranspose1dParameters p)
        where T : unmanaged, INumber<T>
    {
        // PyTorch's rules: what it rejects is to be rejected. The parameters are any int64, so sizes take 128 bits.
        var (batch, inChannels, length, outChannels, kernelSize) = (p.Batch, p.InChannels, p.Length, p.OutChannels, p.KernelSize);
        var outLength = (Int128)(length - 1) * p.Stride - (Int128)2 * p.Padding + (Int128)p.Dilation * (kernelSize - 1) + 1 + p.OutputPadding;
        if (p.Padding < 0 || p.OutputPadding < 0 || p.Stride <= 0 || p.Dilation <= 0 || p.Groups <= 0
            || (p.OutputPadding >= p.Stride && p.OutputPadding >= p.Dilation)
            || kernelSize <= 0 || outChannels == 0 || outLength <= 0
            || inChannels != p.WeightShape[0] || inChannels < p.Groups || inChannels % p.Groups != 0
            || (length == 0 && batch != 0) || (bias is not null && bias.Length != outChannels)
            || outLength * outChannels > long.MaxValue || outLength * outChannels * batch > long.MaxValue)
        {
            throw new ArgumentException("illegal parameters");
        }

        if (outLength * outChannels * batch > Array.MaxLength)
        {
            throw new NotSupportedException("an output of more than 2^31 - 1 elements");
        }

        // Your code. Output t of channel o is the bias and every input[l] * weight[k] with l*stride + k*dilation - padding == t.
        var (groupIn, groupOut) = (inChannels / p.Groups, outChannels / p.Groups);
        var output = new T[(long)(batch * outChannels * outLength)];
        for (long row = 0, at = 0; row < batch * outChannels; row++)
        {
            var (n, o) = (row / outChannels, row % outChannels);
            for (long t = 0; t < outLength; t++, at++)
            {
                var sum = bias is null ? T.Zero : bias[o];
                for (long k = 0; k < kernelSize; k++)
                {
                    var from = t + (Int128)p.Padding - (Int128)k * p.Dilation;
                    if (from < 0 || from % p.Stride != 0 || from / p.Stride >= length)
                    {
                        continue; // no such term
                    }

                    for (var i = o / groupOut * groupIn; i < (o / groupOut + 1) * groupIn; i++)
                    {
                        sum += input[(n * inChannels + i) * length + (long)(from / p.Stride)] * weight[(i * groupOut + o % groupOut) * kernelSize + k];
                    }
                }

                output[at] = sum;
            }
        }

        return output;
    }
}
