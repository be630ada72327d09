using ParityHarness.Kernels;

namespace ParityHarness.Tests.Kernels;

/// <summary>PyTorch's formula by scattering, in float64; shares nothing with the kernels. Exact for small integers.</summary>
internal static class NaiveConvTranspose1d
{
    public static double[] Forward(in ConvTranspose1dShape shape, Func<long, double> input, Func<long, double> weight, Func<long, double>? bias)
    {
        long inputsPerGroup = shape.InputChannels / shape.Groups;
        long outputsPerGroup = shape.OutputChannels / shape.Groups;
        var output = new double[shape.OutputElements];
        for (long i = 0; bias is not null && i < output.Length; i++)
        {
            output[i] = bias(i / shape.OutputLength % shape.OutputChannels);
        }

        for (long n = 0; n < shape.Batch; n++)
        {
            for (long ic = 0; ic < shape.InputChannels; ic++)
            {
                for (long l = 0; l < shape.InputLength; l++)
                {
                    for (long c = 0; c < outputsPerGroup; c++)
                    {
                        for (long k = 0; k < shape.KernelSize; k++)
                        {
                            long o = (l * shape.Stride) + (k * shape.Dilation) - shape.Padding;
                            if (o >= 0 && o < shape.OutputLength)
                            {
                                long oc = (ic / inputsPerGroup * outputsPerGroup) + c;
                                output[(((n * shape.OutputChannels) + oc) * shape.OutputLength) + o] +=
                                    input((((n * shape.InputChannels) + ic) * shape.InputLength) + l)
                                    * weight((((ic * outputsPerGroup) + c) * shape.KernelSize) + k);
                            }
                        }
                    }
                }
            }
        }

        return output;
    }
}
