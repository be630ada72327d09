using System.Runtime.InteropServices;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners;

/// <summary>
/// A plain function as a runner. A class that derives from it and has a constructor without parameters makes an
/// assembly usable as <c>assembly:PATH.dll</c>.
/// </summary>
/// <param name="name">What it is called in results.</param>
/// <param name="version">Its version.</param>
/// <param name="float32">The function for float32, or null where it has none.</param>
/// <param name="float64">The function for float64, or null where it has none.</param>
public class FunctionRunner(string name, string version, ConvTranspose1dFunction<float>? float32, ConvTranspose1dFunction<double>? float64 = null) : IRunner
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Version => version;

    /// <inheritdoc/>
    public virtual string Details => "";

    /// <summary>The dtypes of its functions, and the forward pass alone.</summary>
    public virtual string Scope => string.Join(',', ((string?[])[float32 is null ? null : "float32", float64 is null ? null : "float64", "forward"]).Where(word => word is not null));

    /// <summary>Whether the functions may be called from several threads at once, as they then are now and then.</summary>
    public virtual bool IsConcurrent => false;

    /// <summary>The first exception that was neither a rejection nor unsupported, for its stack trace.</summary>
    public Exception? FirstFault { get; private set; }

    /// <summary>
    /// Whether a problem can be put to the function: the forward pass, one of its dtypes, single parameters, a bias of one dimension; and
    /// of the module form only what the functional form answers alike.
    /// </summary>
    public bool Takes(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var isModulesOwn = problem.PaddingMode != PaddingMode.Zeros || problem.OutputSize is not null
            || (problem.Form == Form.Module && problem.Groups > 0 && (problem.InChannels % problem.Groups != 0 || problem.OutChannels % problem.Groups != 0));
        return !isModulesOwn && !problem.IsBackward
            && problem.DType switch { DType.Float32 => float32 is not null, DType.Float64 => float64 is not null, _ => false }
            && !IsMixed(problem)
            && (!problem.HasBias || problem.BiasShape.Length == 1)
            && problem is { StrideList: null, PaddingList: null, OutputPaddingList: null, DilationList: null };
    }

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(outcome);
        if (problem.IsBackward)
        {
            outcome.Unsupport($"{name} is a function of the forward pass; gradients are for an IRunner of your own");
        }
        else if (IsMixed(problem) || problem.DType.IsNeverImplemented())
        {
            // A function has one type of element: what PyTorch finds out in the call, here the compiler does.
            outcome.Reject(RejectionReason.DType, $"{name} takes input, weight and bias of one floating-point type");
        }
        else if (!Takes(problem))
        {
            outcome.Unsupport($"{name} is a function of {(float32 is null ? "float64" : float64 is null ? "float32" : "float32 and float64")} with single parameters, without what only a module has");
        }
        else if (problem.DType == DType.Float32)
        {
            Run(float32!, problem, tensors, outcome);
        }
        else
        {
            Run(float64!, problem, tensors, outcome);
        }
    }

    /// <summary>Releases what a derived class holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what a derived class holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void Run<T>(ConvTranspose1dFunction<T> function, Problem problem, TensorSet tensors, Outcome outcome)
        where T : unmanaged
    {
        var (input, weight, bias) = (tensors.Input.Span<T>().ToArray(), tensors.Weight.Span<T>().ToArray(), tensors.Bias?.Span<T>().ToArray());
        var parameters = new ConvTranspose1dParameters
        {
            InputShape = [.. problem.InputShape],
            WeightShape = [.. problem.WeightShape],
            Stride = problem.Stride,
            Padding = problem.Padding,
            OutputPadding = problem.OutputPadding,
            Groups = problem.Groups,
            Dilation = problem.Dilation,
        };
        try
        {
            if (function(input, weight, bias, parameters) is not { } output)
            {
                outcome.Fault("returned null");
            }
            else if (!IsSame(input, tensors.Input) || !IsSame(weight, tensors.Weight) || (bias is not null && !IsSame(bias, tensors.Bias!)))
            {
                outcome.Fault("changed its input, weight or bias");
            }
            else
            {
                outcome.Output.Reshape(problem.DType, Shape(problem, output.Length));
                output.CopyTo(outcome.Output.Span<T>());
                outcome.Complete();
            }
        }
        catch (Exception e) when (e is NotSupportedException or NotImplementedException)
        {
            outcome.Unsupport(e.Message);
        }
        catch (RejectedException e)
        {
            outcome.Reject(e.Reason, e.Message);
        }
        catch (ArgumentException e) when (!IsOfRuntime(e))
        {
            outcome.Reject(RejectionReason.Unspecified, e.Message);
        }
        catch (Exception e)
        {
            FirstFault ??= e;
            throw;
        }
    }

    /// <summary>
    /// Whether .NET's own libraries threw it, as where an index lies outside a span: then the function did not refuse its parameters,
    /// it has a bug. ArgumentOutOfRangeException.ThrowIfNegative and its like are the function's own words.
    /// </summary>
    private static bool IsOfRuntime(ArgumentException error) =>
        error.TargetSite?.DeclaringType is { } thrower
        && !thrower.IsAssignableTo(typeof(ArgumentException))
        && (thrower.Assembly == typeof(object).Assembly || thrower.Assembly.GetName().Name!.StartsWith("System.", StringComparison.Ordinal));

    private static bool IsMixed(Problem problem) =>
        (problem.WeightDType ?? problem.DType) != problem.DType || (problem.BiasDType ?? problem.DType) != problem.DType;

    /// <summary>
    /// Of the output's shape only the length is the function's to say, and the number of elements says it. Where the
    /// number does not divide, or without elements any length would do, it is as it is or as it should be.
    /// </summary>
    private static long[] Shape(Problem problem, long elements)
    {
        if (ProblemRules.Check(problem, out var length) is not null)
        {
            return [elements];
        }

        var shape = ProblemRules.OutputShape(problem, length);
        var rows = ProblemSize.CountOf(shape.AsSpan(0, shape.Length - 1))!.Value;
        if (rows == 0)
        {
            return elements == 0 ? shape : [elements];
        }

        return elements % rows == 0 ? [.. shape[..^1], elements / rows] : [elements];
    }

    private static bool IsSame<T>(T[] elements, Tensor tensor)
        where T : unmanaged
        => MemoryMarshal.AsBytes<T>(elements).SequenceEqual(MemoryMarshal.AsBytes(tensor.Span<T>()));
}
