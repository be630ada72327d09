using ParityHarness.Problems;

namespace ParityHarness.Tensors;

/// <summary>The tensors of one problem, the same bits for every runner. Reused from problem to problem.</summary>
public sealed class TensorSet : IDisposable
{
    private readonly Tensor _bias = new();
    private readonly Tensor _gradOutput = new();

    /// <summary>input.</summary>
    public Tensor Input { get; } = new();

    /// <summary>weight.</summary>
    public Tensor Weight { get; } = new();

    /// <summary>bias, or null where the problem has none.</summary>
    public Tensor? Bias => HasBias ? _bias : null;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; private set; }

    /// <summary>grad_output, of the output's shape; null in the forward pass, and where the problem is illegal and has no output.</summary>
    public Tensor? GradOutput => HasGradOutput ? _gradOutput : null;

    /// <summary>Whether there is a grad_output.</summary>
    public bool HasGradOutput { get; private set; }

    /// <summary>
    /// True where no order of summation can round, so that results must be equal bit by bit. Proved by
    /// <see cref="DataFiller"/> from the largest values it may draw, or from the literal values.
    /// </summary>
    public bool IsExact { get; internal set; }

    /// <summary>Checksums of the tensors' memory, by which it is seen what was modified.</summary>
    internal (uint Input, uint Weight, uint Bias, uint GradOutput) Checksums() =>
        (Input.ChecksumOfMemory(), Weight.ChecksumOfMemory(), HasBias ? _bias.ChecksumOfMemory() : 0, HasGradOutput ? _gradOutput.ChecksumOfMemory() : 0);

    /// <summary>Which tensors are no longer what they were, e.g. "weight" or "input and bias"; null where all are.</summary>
    internal string? Changed((uint Input, uint Weight, uint Bias, uint GradOutput) before) => Changed(before, out _);

    /// <summary>The same, with the first of them.</summary>
    internal string? Changed((uint Input, uint Weight, uint Bias, uint GradOutput) before, out FaultCause cause)
    {
        var now = Checksums();
        cause = FaultCause.None;
        if (now == before)
        {
            return null;
        }

        cause = now.Input != before.Input ? FaultCause.ModifiedInput
            : now.Weight != before.Weight ? FaultCause.ModifiedWeight
            : now.Bias != before.Bias ? FaultCause.ModifiedBias
            : FaultCause.ModifiedGradOutput;
        string?[] names =
        [
            now.Input != before.Input ? "input" : null,
            now.Weight != before.Weight ? "weight" : null,
            now.Bias != before.Bias ? "bias" : null,
            now.GradOutput != before.GradOutput ? "grad_output" : null,
        ];
        return string.Join(" and ", names.Where(name => name is not null));
    }

    /// <summary>Makes these tensors copies of others, at another place in memory.</summary>
    /// <exception cref="ProblemDataException">There is not that much memory.</exception>
    internal void Copy(TensorSet from, Placement placement)
    {
        (HasBias, HasGradOutput) = (from.HasBias, from.HasGradOutput);
        IsExact = from.IsExact;
        Copy(from.Input, Input, placement);
        Copy(from.Weight, Weight, placement);
        if (HasBias)
        {
            Copy(from._bias, _bias, placement);
        }

        if (HasGradOutput)
        {
            Copy(from._gradOutput, _gradOutput, placement);
        }
    }

    private static void Copy(Tensor from, Tensor to, Placement placement)
    {
        to.Placement = placement;
        to.Lay(from, from.Strides, from.Strides);
    }

    /// <summary>The bias' tensor, brought into being.</summary>
    internal Tensor WithBias(bool hasBias)
    {
        HasBias = hasBias;
        return _bias;
    }

    /// <summary>The tensor of grad_output, brought into being.</summary>
    internal Tensor WithGradOutput(bool hasGradOutput)
    {
        HasGradOutput = hasGradOutput;
        return _gradOutput;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Weight.Dispose();
        _bias.Dispose();
        _gradOutput.Dispose();
    }
}
