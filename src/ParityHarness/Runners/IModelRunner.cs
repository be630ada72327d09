namespace ParityHarness.Runners;

/// <summary>A runner that holds a model with ConvTranspose1d layers and their weights, as <c>onnx:vocoder.onnx</c>.</summary>
internal interface IModelRunner : IRunner
{
    /// <summary>The layers, in the order in which the model has them.</summary>
    IReadOnlyList<ModelLayer> Layers { get; }
}
