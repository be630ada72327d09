using ParityHarness.Kernels;

namespace ParityHarness.Tests.Readme;

/// <summary>The README's C# lines, as they stand there.</summary>
internal static class LibraryExample
{
    public static void Run()
    {
        // README begins
        // torch.nn.functional.conv_transpose1d: elements row-major, beside their shape.
        float[] output = ConvTranspose1d.Forward(
            [1f, 1, 1, 1], [1, 1, 4], [1f, 2, 3], [1, 1, 3], bias: [10], stride: 2, outputPadding: 1);
        Console.WriteLine(string.Join(' ', output)); // 11 12 14 12 14 12 14 12 13 10

        // torch.nn.ConvTranspose1d: the weights are packed once.
        var module = new ConvTranspose1dModule<float>(inputChannels: 1, outputChannels: 1, kernelSize: 3, weight: [1, 2, 3], stride: 2);
        var shape = module.Shape(batch: 1, inputLength: 4);
        var result = new float[shape.OutputElements];
        module.Forward(shape, [1, 1, 1, 1], result);
        Console.WriteLine($"{shape.OutputLength}: {string.Join(' ', result)}"); // 9: 1 2 4 2 4 2 4 2 3

        // What PyTorch rejects is rejected, with the reason.
        try
        {
            ConvTranspose1d.Forward([1f, 1, 1, 1], [1, 1, 4], [1f, 2, 3], [1, 1, 3], padding: 3);
        }
        catch (ConvTranspose1dException e)
        {
            Console.WriteLine(e.Reason); // OutputSize
        }

        // README ends
    }
}
