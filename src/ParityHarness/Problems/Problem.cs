using System.Collections.Immutable;

namespace ParityHarness.Problems;

/// <summary>
/// One call of ConvTranspose1d, wholly described: parameters, shapes, types, and where the numbers come from.
/// Its text (<see cref="ProblemText"/>) is one line that parses back to the same problem.
/// Parameters are any int64; an illegal problem is as good a problem as a legal one.
/// </summary>
public sealed record Problem
{
    /// <summary>Batch size N. Without meaning when <see cref="Unbatched"/>.</summary>
    public long Batch { get; init; } = 1;

    /// <summary>Cin.</summary>
    public long InChannels { get; init; } = 1;

    /// <summary>Cout.</summary>
    public long OutChannels { get; init; } = 1;

    /// <summary>Input length L.</summary>
    public long Length { get; init; } = 1;

    /// <summary>kernel_size K.</summary>
    public long KernelSize { get; init; } = 1;

    /// <summary>stride.</summary>
    public long Stride { get; init; } = 1;

    /// <summary>padding: dilation * (kernel_size - 1) - padding zeros stand on both sides of the input.</summary>
    public long Padding { get; init; }

    /// <summary>output_padding: elements added to one side of the output.</summary>
    public long OutputPadding { get; init; }

    /// <summary>dilation, 1-based as in PyTorch.</summary>
    public long Dilation { get; init; } = 1;

    /// <summary>groups.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>Whether there is a bias; what describes one, or asks for its gradient, implies it.</summary>
    public bool HasBias
    {
        get => field || BiasShapeOverride is not null || BiasDType is not null || BiasValues is not null || Pass.HasFlag(Pass.GradBias);
        init;
    }

    /// <summary>Input is [Cin, L] instead of [N, Cin, L].</summary>
    public bool Unbatched { get; init; }

    /// <summary>dtype of the input, and of weight and bias unless overridden.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>What is computed: the output, or a set of gradients.</summary>
    public Pass Pass { get; init; } = Pass.Forward;

    /// <summary>Whether gradients are computed, for which grad_output is given.</summary>
    public bool IsBackward => Pass.IsBackward();

    /// <summary>Functional or module; the module's own arguments imply it.</summary>
    public Form Form
    {
        get => PaddingMode != PaddingMode.Zeros || OutputSize is not null ? Form.Module : field;
        init;
    }

    /// <summary>What kind of numbers the tensors hold.</summary>
    public Regime Regime { get; init; } = Regime.Integer;

    /// <summary>Seed of the numbers.</summary>
    public ulong DataSeed { get; init; }

    /// <summary>padding_mode of the module.</summary>
    public PaddingMode PaddingMode { get; init; }

    /// <summary>Overrides the input's shape.</summary>
    public ImmutableArray<long>? InputShapeOverride { get; init; }

    /// <summary>Overrides the weight's shape.</summary>
    public ImmutableArray<long>? WeightShapeOverride { get; init; }

    /// <summary>Overrides the bias' shape.</summary>
    public ImmutableArray<long>? BiasShapeOverride { get; init; }

    /// <summary>Overrides the weight's dtype.</summary>
    public DType? WeightDType { get; init; }

    /// <summary>Overrides the bias' dtype.</summary>
    public DType? BiasDType { get; init; }

    /// <summary>Overrides stride by a list of any length.</summary>
    public ImmutableArray<long>? StrideList { get; init; }

    /// <summary>Overrides padding by a list of any length.</summary>
    public ImmutableArray<long>? PaddingList { get; init; }

    /// <summary>Overrides output_padding by a list of any length.</summary>
    public ImmutableArray<long>? OutputPaddingList { get; init; }

    /// <summary>Overrides dilation by a list of any length.</summary>
    public ImmutableArray<long>? DilationList { get; init; }

    /// <summary>The module's output_size argument.</summary>
    public ImmutableArray<long>? OutputSize { get; init; }

    /// <summary>Literal input values, row-major, in place of made ones.</summary>
    public ImmutableArray<double>? InputValues { get; init; }

    /// <summary>Literal weight values.</summary>
    public ImmutableArray<double>? WeightValues { get; init; }

    /// <summary>Literal bias values.</summary>
    public ImmutableArray<double>? BiasValues { get; init; }

    /// <summary>Literal grad_output values, in the backward pass.</summary>
    public ImmutableArray<double>? GradOutputValues { get; init; }

    /// <summary>Whether the oracle knows the answer: for all dtypes that PyTorch has forward, and the gradients of float32 and float64.</summary>
    public bool IsJudged => IsBackward ? DType is DType.Float32 or DType.Float64 : !DType.IsNeverImplemented();

    /// <summary>The shape of the input: [N, Cin, L] or [Cin, L] or what overrides it.</summary>
    public ImmutableArray<long> InputShape =>
        InputShapeOverride ?? (Unbatched ? [InChannels, Length] : [Batch, InChannels, Length]);

    /// <summary>
    /// The shape of the weight: [Cin, Cout/groups, K] ([Cin, Cout, K] where groups is illegal) or what overrides it.
    /// </summary>
    public ImmutableArray<long> WeightShape =>
        WeightShapeOverride ?? [InChannels, GroupOutChannels, KernelSize];

    /// <summary>The shape of the bias: [Cout] or what overrides it.</summary>
    public ImmutableArray<long> BiasShape => BiasShapeOverride ?? [OutChannels];

    /// <summary>True when a tensor's shape or dtype or a parameter list is given in place of the usual one.</summary>
    public bool HasOverrides =>
        InputShapeOverride is not null || WeightShapeOverride is not null || BiasShapeOverride is not null
        || WeightDType is not null || BiasDType is not null
        || StrideList is not null || PaddingList is not null || OutputPaddingList is not null || DilationList is not null;

    /// <summary>Input channels of a group; Cin where groups is illegal.</summary>
    internal long GroupInChannels => Groups <= 0 ? InChannels : InChannels / Groups;

    /// <summary>Output channels of a group; Cout where groups is illegal.</summary>
    internal long GroupOutChannels => Groups <= 0 ? OutChannels : OutChannels / Groups;

    /// <summary>stride as the call gives it.</summary>
    internal SpatialParameter StrideArgument => new(Stride, StrideList);

    /// <summary>padding as the call gives it.</summary>
    internal SpatialParameter PaddingArgument => new(Padding, PaddingList);

    /// <summary>output_padding as the call gives it.</summary>
    internal SpatialParameter OutputPaddingArgument => new(OutputPadding, OutputPaddingList);

    /// <summary>dilation as the call gives it.</summary>
    internal SpatialParameter DilationArgument => new(Dilation, DilationList);

    /// <summary>Whether each parameter has the one value that a call in one dimension takes.</summary>
    internal bool HasOneValueEach =>
        StrideArgument.HasOneValue && PaddingArgument.HasOneValue && OutputPaddingArgument.HasOneValue && DilationArgument.HasOneValue;

    /// <summary>The problem as one line; see <see cref="ProblemText"/>.</summary>
    public override string ToString() => ProblemText.Format(this);

    /// <summary>Two problems are equal when their texts are.</summary>
    public bool Equals(Problem? other) =>
        ReferenceEquals(this, other) || (other is not null && ToString() == other.ToString());

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
