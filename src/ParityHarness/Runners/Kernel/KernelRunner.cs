using System.Numerics;

using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Tensors;

using RejectionReason = ParityHarness.Problems.RejectionReason;

namespace ParityHarness.Runners.Kernel;

/// <summary>The native SIMD kernel of ParityHarness.Kernels, at its best level or at a forced one.</summary>
internal sealed class KernelRunner : IRunner
{
    private readonly SimdLevel _level;

    /// <summary>The kernel at <paramref name="level"/>, or at the best level of this machine.</summary>
    /// <exception cref="RunnerLoadException">This machine does not have the level.</exception>
    public KernelRunner(SimdLevel? level = null)
    {
        _level = level ?? SimdLevels.Best;
        Name = level is { } forced ? $"kernel:{LevelName(forced)}" : "kernel";
        if (!SimdLevels.IsSupported(_level))
        {
            throw new RunnerLoadException($"{Name}: this machine has {string.Join(", ", SimdLevels.Supported.Select(LevelName))}");
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Version => typeof(ConvTranspose1d).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <inheritdoc/>
    public string Details => _level == SimdLevel.Scalar ? "scalar" : $"{LevelName(_level)}-bit SIMD";

    /// <summary>The level as it stands in the runner's name: scalar, 128, 256, 512.</summary>
    public static string LevelName(SimdLevel level) => level == SimdLevel.Scalar ? "scalar" : ((int)level).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (problem.Form == Form.Module)
        {
            RunModule(problem, tensors, outcome);
            return;
        }

        if (!ConvTranspose1dShape.TryCreate(
                tensors.Input.Shape,
                tensors.Weight.Shape,
                tensors.Bias is { } bias ? bias.Shape : [],
                problem.HasBias,
                problem.StrideArgument.Values.AsSpan(),
                problem.PaddingArgument.Values.AsSpan(),
                problem.OutputPaddingArgument.Values.AsSpan(),
                problem.Groups,
                problem.DilationArgument.Values.AsSpan(),
                out var shape,
                out var reason,
                out var message))
        {
            outcome.Reject((RejectionReason)reason, message ?? "");
            return;
        }

        if (problem.IsBackward)
        {
            RunBackward(shape, problem, tensors, outcome);
            return;
        }

        if (!Accepts(problem, tensors, outcome) || !outcome.TryPrepare(problem.DType, OutputShape(shape)))
        {
            return;
        }

        switch (problem.DType)
        {
            case DType.Float32:
                ConvTranspose1d.Forward(shape, tensors.Input.Span<float>(), tensors.Weight.Span<float>(), Bias<float>(tensors), outcome.Output.Span<float>(), _level);
                break;
            case DType.Float64:
                ConvTranspose1d.Forward(shape, tensors.Input.Span<double>(), tensors.Weight.Span<double>(), Bias<double>(tensors), outcome.Output.Span<double>(), _level);
                break;
            case DType.Float16:
                Forward<Half>(shape, tensors, outcome);
                break;
            case DType.BFloat16:
                Forward<BFloat16>(shape, tensors, outcome);
                break;
            case DType.Int64:
                Forward<long>(shape, tensors, outcome);
                break;
            case DType.Complex64:
                Forward<Complex64>(shape, tensors, outcome);
                break;
            default:
                Forward<Complex>(shape, tensors, outcome);
                break;
        }

        outcome.Complete();
    }

    /// <inheritdoc/>
    public IPreparedCall? Prepare(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        Run(problem, tensors, outcome);
        if (outcome.Kind != OutcomeKind.Completed)
        {
            return null;
        }

        if (problem.HasOverrides)
        {
            outcome.Unsupport("problems with overridden shapes, dtypes or lists are not timed");
            return null;
        }

        if (problem.IsBackward)
        {
            return problem.DType == DType.Float32
                ? new KernelGradients<float>(problem, tensors, outcome.Output, _level, threads)
                : new KernelGradients<double>(problem, tensors, outcome.Output, _level, threads);
        }

        return problem.DType switch
        {
            DType.Float32 => Prepare<float>(problem, tensors, outcome, threads),
            DType.Float64 => Prepare<double>(problem, tensors, outcome, threads),
            DType.Float16 => Prepare<Half>(problem, tensors, outcome, threads),
            DType.BFloat16 => Prepare<BFloat16>(problem, tensors, outcome, threads),
            DType.Int64 => Prepare<long>(problem, tensors, outcome, threads),
            DType.Complex64 => Prepare<Complex64>(problem, tensors, outcome, threads),
            _ => Prepare<Complex>(problem, tensors, outcome, threads),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private KernelPrepared<T> Prepare<T>(Problem problem, TensorSet tensors, Outcome outcome, int threads)
        where T : unmanaged
        => new(problem, tensors, outcome.Output, problem.Form == Form.Module ? MakeModule<T>(problem, tensors) : null, _level, threads);

    private void RunModule(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (problem.WeightShapeOverride is not null || problem.BiasShapeOverride is not null
            || !problem.HasOneValueEach)
        {
            outcome.Unsupport("a module makes weight and bias itself and takes single parameters; their shapes and lists cannot be overridden");
            return;
        }

        var mixed = tensors.Weight.DType != problem.DType || (tensors.Bias is { } bias && bias.DType != problem.DType);
        if (mixed && !Accepts(problem, tensors, outcome))
        {
            return;
        }

        try
        {
            switch (problem.DType)
            {
                case DType.Float64:
                    RunModule<double>(problem, tensors, outcome);
                    break;
                case DType.Float16:
                    RunModule<Half>(problem, tensors, outcome);
                    break;
                case DType.BFloat16:
                    RunModule<BFloat16>(problem, tensors, outcome);
                    break;
                case DType.Int64:
                    RunModule<long>(problem, tensors, outcome);
                    break;
                case DType.Complex64:
                    RunModule<Complex64>(problem, tensors, outcome);
                    break;
                case DType.Complex128:
                    RunModule<Complex>(problem, tensors, outcome);
                    break;
                default:
                    if (Accepts(problem, tensors, outcome))
                    {
                        RunModule<float>(problem, tensors, outcome);
                    }

                    break;
            }
        }
        catch (ConvTranspose1dException e)
        {
            outcome.Reject((RejectionReason)e.Reason, e.Message);
        }
    }

    private void RunModule<T>(Problem problem, TensorSet tensors, Outcome outcome)
        where T : unmanaged
    {
        var module = MakeModule<T>(problem, tensors);
        long? outputSize = null;
        if (problem.OutputSize is { } size)
        {
            // PyTorch takes the spatial sizes alone, or all sizes of the output.
            if (size.Length != 1 && size.Length != tensors.Input.Shape.Length)
            {
                outcome.Reject(RejectionReason.ParameterCount, $"output_size must have 1 or {tensors.Input.Shape.Length} elements, but has {size.Length}");
                return;
            }

            outputSize = size[^1];
        }

        var shape = module.Shape(tensors.Input.Shape, outputSize);
        if (problem.IsBackward)
        {
            RunBackward(shape, problem, tensors, outcome);
            return;
        }

        if (outcome.TryPrepare(problem.DType, OutputShape(shape)))
        {
            module.Forward(shape, tensors.Input.Span<T>(), outcome.Output.Span<T>(), _level);
            outcome.Complete();
        }
    }

    private void RunBackward(in ConvTranspose1dShape shape, Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (!Accepts(problem, tensors, outcome))
        {
            return;
        }

        if (problem.DType is not (DType.Float32 or DType.Float64))
        {
            outcome.Unsupport($"gradients are for float32 and float64, not for {problem.DType.Name()}");
            return;
        }

        if (!outcome.TryPrepare(problem.DType, ProblemRules.OutputShape(problem, shape.OutputLength)))
        {
            return;
        }

        if (problem.DType == DType.Float32)
        {
            RunBackward<float>(shape, problem, tensors, outcome);
        }
        else
        {
            RunBackward<double>(shape, problem, tensors, outcome);
        }

        outcome.Complete();
    }

    private void RunBackward<T>(in ConvTranspose1dShape shape, Problem problem, TensorSet tensors, Outcome outcome)
        where T : unmanaged
    {
        KernelGradients<T>.Split(problem, outcome.Output, out var gradInput, out var gradWeight, out var gradBias);
        KernelGradients<T>.Compute(shape, tensors, gradInput, gradWeight, gradBias, _level, threads: 1);
    }

    private static ConvTranspose1dModule<T> MakeModule<T>(Problem problem, TensorSet tensors)
        where T : unmanaged
        => new ConvTranspose1dModule<T>(
            problem.InChannels,
            problem.OutChannels,
            problem.KernelSize,
            tensors.Weight.Span<T>(),
            tensors.Bias is { } b ? b.Span<T>().ToArray() : null,
            problem.StrideArgument.Value,
            problem.PaddingArgument.Value,
            problem.OutputPaddingArgument.Value,
            problem.Groups,
            problem.DilationArgument.Value,
            problem.PaddingMode.ToString().ToLowerInvariant());

    private void Forward<T>(in ConvTranspose1dShape shape, TensorSet tensors, Outcome outcome)
        where T : unmanaged
        => ConvTranspose1d.Forward<T>(shape, tensors.Input.Span<T>(), tensors.Weight.Span<T>(), Bias<T>(tensors), outcome.Output.Span<T>(), _level);

    private static ReadOnlySpan<T> Bias<T>(TensorSet tensors)
        where T : unmanaged
        => tensors.Bias is { } bias ? bias.Span<T>() : [];

    private static bool Accepts(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (tensors.Weight.DType != problem.DType || (tensors.Bias is { } bias && bias.DType != problem.DType))
        {
            outcome.Reject(RejectionReason.DType, "input, weight and bias must have the same dtype");
            return false;
        }

        if (problem.DType.IsNeverImplemented())
        {
            outcome.Reject(RejectionReason.DType, $"conv_transpose1d is not implemented for {problem.DType.Name()}");
            return false;
        }

        if (problem is { IsBackward: true, DType: DType.Int64 })
        {
            outcome.Reject(RejectionReason.DType, "gradients are of floating-point and complex numbers only");
            return false;
        }

        return true;
    }

    private static long[] OutputShape(in ConvTranspose1dShape shape) =>
        shape.IsBatched ? [shape.Batch, shape.OutputChannels, shape.OutputLength] : [shape.OutputChannels, shape.OutputLength];
}
