using ParityHarness.Kernels;

namespace ParityHarness.Tests.Kernels;

/// <summary>The gradients by scattering PyTorch's formula backwards, in float64; shares nothing with the kernels. Exact for small integers.</summary>
internal static class NaiveGradients
{
    public static (double[] Input, double[] Weight, double[] Bias) Backward(
        in ConvTranspose1dShape shape, Func<long, double> gradOutput, Func<long, double> input, Func<long, double> weight)
    {
        long inputsPerGroup = shape.InputChannels / shape.Groups;
        long outputsPerGroup = shape.OutputChannels / shape.Groups;
        var gradInput = new double[shape.InputElements];
        var gradWeight = new double[shape.WeightElements];
        var gradBias = new double[shape.HasBias ? shape.OutputChannels : 0];
        for (long i = 0; shape.HasBias && i < shape.OutputElements; i++)
        {
            gradBias[i / shape.OutputLength % shape.OutputChannels] += gradOutput(i);
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
                                long x = (((n * shape.InputChannels) + ic) * shape.InputLength) + l;
                                long w = (((ic * outputsPerGroup) + c) * shape.KernelSize) + k;
                                double g = gradOutput((((n * shape.OutputChannels) + oc) * shape.OutputLength) + o);
                                gradInput[x] += g * weight(w);
                                gradWeight[w] += g * input(x);
                            }
                        }
                    }
                }
            }
        }

        return (gradInput, gradWeight, gradBias);
    }
}
