using System.Collections.Immutable;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Failures;

/// <summary>The numbers of a problem's tensors, written out in the problem itself so that the shrinker can make them plainer.</summary>
internal static class Literals
{
    /// <summary>Tensors up to so many elements in all are written out.</summary>
    private const long MostElements = 64;

    /// <summary>Whether all numbers of a problem are written out.</summary>
    public static bool Has(Problem problem) =>
        problem.InputValues is not null && problem.WeightValues is not null && (problem.BiasValues is not null || !problem.HasBias)
        && (problem.GradOutputValues is not null || !problem.IsBackward);

    /// <summary>The problem with all its numbers written out, or null where they are too many or cannot be made.</summary>
    public static Problem? Write(Problem problem)
    {
        if (problem.DType.IsNeverImplemented() || (problem.DType == DType.Int64 && problem.Regime != Regime.Integer) || problem.WeightDType is not null || problem.BiasDType is not null
            || Elements(problem) is not (<= MostElements))
        {
            return null;
        }

        using var tensors = new TensorSet();
        try
        {
            DataFiller.Fill(problem, tensors);
        }
        catch (ProblemDataException)
        {
            return null;
        }

        return problem with
        {
            Regime = Regime.Integer,
            DataSeed = 0,
            InputValues = Values(tensors.Input),
            WeightValues = Values(tensors.Weight),
            BiasValues = tensors.Bias is { } bias ? Values(bias) : null,
            GradOutputValues = tensors.GradOutput is { } gradOutput ? Values(gradOutput) : null,
        };
    }

    /// <summary>Plainer numbers in the tensors of a problem that has them written out: all 1, all 0, then one after the other.</summary>
    public static IEnumerable<Problem> Simpler(Problem problem)
    {
        foreach (var tensor in (Operand[])[Operand.Bias, Operand.Weight, Operand.Input, Operand.GradOutput])
        {
            if (ValuesOf(problem, tensor) is not { Length: > 0 } values)
            {
                continue;
            }

            foreach (var plain in (double[])[0, 1])
            {
                if (values.Any(v => Simplicity(v) > plain))
                {
                    yield return With(problem, tensor, [.. values.Select(v => Simplicity(v) > plain ? plain : v)]);
                }
            }

            // Halves before single elements: most of them do not matter.
            for (var span = values.Length / 2; span >= 1; span /= 2)
            {
                for (var start = 0; start < values.Length; start += span)
                {
                    var end = Math.Min(start + span, values.Length);
                    foreach (var plain in (double[])[0, 1])
                    {
                        if (Enumerable.Range(start, end - start).Any(i => Simplicity(values[i]) > plain))
                        {
                            yield return With(problem, tensor, [.. values.Select((v, i) => i >= start && i < end && Simplicity(v) > plain ? plain : v)]);
                        }
                    }
                }

                if (span == 1)
                {
                    break;
                }
            }

            for (var i = 0; i < values.Length; i++)
            {
                foreach (var plainer in Plainer(values[i]))
                {
                    yield return With(problem, tensor, values.SetItem(i, plainer));
                }
            }
        }
    }

    /// <summary>Cuts written-out numbers to the shapes of a problem whose sizes have shrunk.</summary>
    public static Problem Fit(Problem from, Problem to)
    {
        if (from.InputValues is null && from.WeightValues is null && from.BiasValues is null && from.GradOutputValues is null)
        {
            return to;
        }

        // The two values of a complex element are a dimension of their own.
        ImmutableArray<long> Shape(ImmutableArray<long> shape) => from.DType.IsComplex() ? shape.Add(2) : shape;

        return to with
        {
            InputValues = Cut(from.InputValues, Shape(from.InputShape), Shape(to.InputShape)),
            WeightValues = Cut(from.WeightValues, Shape(from.WeightShape), Shape(to.WeightShape)),
            BiasValues = to.HasBias ? Cut(from.BiasValues, Shape(from.BiasShape), Shape(to.BiasShape)) : null,
            GradOutputValues = Cut(from.GradOutputValues, GradOutputShape(from), GradOutputShape(to)),
        };
    }

    /// <summary>Empty where there is none.</summary>
    private static ImmutableArray<long> GradOutputShape(Problem problem) =>
        problem.IsBackward && ProblemRules.Check(problem, out var length) is null ? [.. ProblemRules.GradOutputShape(problem, length)] : [];

    private static ImmutableArray<double>? Cut(ImmutableArray<double>? values, ImmutableArray<long> from, ImmutableArray<long> to)
    {
        if (values is not { } all || from.AsSpan().SequenceEqual(to.AsSpan()))
        {
            return values;
        }

        if (from.Length != to.Length || ProblemSize.CountOf(from.AsSpan()) != all.Length || ProblemSize.CountOf(to.AsSpan()) is not (<= MostElements and var count) || from.Zip(to).Any(pair => pair.Second > pair.First))
        {
            return null;
        }

        var cut = ImmutableArray.CreateBuilder<double>((int)count);
        for (var i = 0L; i < count; i++)
        {
            var (rest, index, step) = (i, 0L, 1L);
            for (var d = to.Length - 1; d >= 0; d--)
            {
                index += rest % to[d] * step;
                rest /= to[d];
                step *= from[d];
            }

            cut.Add(all[(int)index]);
        }

        return cut.MoveToImmutable();
    }

    private static long? Elements(Problem problem) =>
        ProblemSize.CountOf(problem.InputShape.AsSpan()) is { } x && ProblemSize.CountOf(problem.WeightShape.AsSpan()) is { } w && ProblemSize.CountOf(problem.BiasShape.AsSpan()) is { } b
            && x <= MostElements && w <= MostElements && b <= MostElements
            && ProblemSize.CountOf(GradOutputShape(problem).AsSpan()) is { } g && g <= MostElements
            ? x + w + (problem.HasBias ? b : 0) + (problem.IsBackward ? g : 0)
            : null;

    private static ImmutableArray<double> Values(Tensor tensor)
    {
        var values = new double[tensor.ValueCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.At(i);
        }

        return [.. values];
    }

    private static ImmutableArray<double>? ValuesOf(Problem problem, Operand operand) => operand switch
    {
        Operand.Input => problem.InputValues,
        Operand.Weight => problem.WeightValues,
        Operand.GradOutput => problem.GradOutputValues,
        _ => problem.BiasValues,
    };

    private static Problem With(Problem problem, Operand operand, ImmutableArray<double> values) => operand switch
    {
        Operand.Input => problem with { InputValues = values },
        Operand.Weight => problem with { WeightValues = values },
        Operand.GradOutput => problem with { GradOutputValues = values },
        _ => problem with { BiasValues = values },
    };

    /// <summary>0 for +0, 1 for 1, more the less plain a number is.</summary>
    private static double Simplicity(double value) => value switch
    {
        0 => double.IsNegative(value) ? 0.5 : 0,
        1 => 1,
        _ when double.IsInteger(value) => 2 + Math.Min(2 * Math.Abs(value) - (value > 0 ? 1 : 0), 1e300),
        _ when double.IsFinite(value) => 1e301 * (1 + Math.Abs(value) / double.MaxValue),
        _ => double.PositiveInfinity,
    };

    private static IEnumerable<double> Plainer(double value)
    {
        double[] candidates = [0, 1, 2, -1, Math.Truncate(value), Math.Truncate(value / 2), Math.Abs(value), value - Math.CopySign(1, value)];
        return candidates.Where(v => double.IsFinite(v) && Simplicity(v) < Simplicity(value)).Distinct();
    }
}
