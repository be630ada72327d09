using ParityHarness;
using Xunit;

using MyConv = ParityHarness.Kernels.ConvTranspose1d;

#pragma warning disable MA0047 // in no namespace, as in the README
// README begins
public class MyConvTests
{
    [Fact]
    public void Mine_is_PyTorchs() => Parity.Check<float>((input, weight, bias, p) => MyConv.Forward(
        input, p.InputShape, weight, p.WeightShape, bias, p.Stride, p.Padding, p.OutputPadding, p.Groups, p.Dilation));
}
// README ends
