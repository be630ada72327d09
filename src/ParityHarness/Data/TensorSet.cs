namespace ParityHarness.Data;

/// <summary>The tensors of one problem, the same bits for every runner. Reused from problem to problem.</summary>
public sealed class TensorSet : IDisposable
{
    private readonly Tensor _bias = new();

    /// <summary>input.</summary>
    public Tensor Input { get; } = new();

    /// <summary>weight.</summary>
    public Tensor Weight { get; } = new();

    /// <summary>bias, or null where the problem has none.</summary>
    public Tensor? Bias => HasBias ? _bias : null;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; private set; }

    /// <summary>
    /// True where no order of summation can round, so that results must be equal bit by bit. Proved by
    /// <see cref="DataFiller"/> from the largest values it may draw, or from the literal values.
    /// </summary>
    public bool IsExact { get; internal set; }

    /// <summary>The bias' tensor, brought into being.</summary>
    internal Tensor WithBias(bool hasBias)
    {
        HasBias = hasBias;
        return _bias;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Weight.Dispose();
        _bias.Dispose();
    }
}
