using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Holds a side's answer against its own answers to other problems, by relations that every transposed convolution obeys.
/// So a side is found out that is wrong in the same way as the one it is compared with. Only where all numbers are
/// integers and nothing can round: there both sides of a relation are equal, whatever the order of summation.
/// <list type="bullet">
/// <item>groups: each group by itself gives its channels of the output.</item>
/// <item>rows: each item of a batch by itself, unbatched, gives its part of the output.</item>
/// <item>zeros: stride s is stride 1 on an input with s - 1 zeros between its elements, and output_padding so many zeros after them.</item>
/// <item>parts: for input = a + b, output(a) + output(b) - bias = output(input).</item>
/// <item>adjoint: &lt;y, output - bias&gt; = &lt;conv1d(y), input&gt; for any y; here conv1d is the harness' own, on integers modulo 2^64.</item>
/// </list>
/// See https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html, which defines it as the gradient of Conv1d.
/// </summary>
/// <param name="status">Where to say what is being done, or null.</param>
internal sealed class RelationChecks(StatusCell? status) : IDisposable
{
    /// <summary>The zeros between the inputs make a problem larger; beyond so many products that relation is left out.</summary>
    private const long MostMultiplyAdds = 20_000_000;

    private const ulong PartStream = 0x9A27F1;
    private const ulong AdjointStream = 0xAD701A7;

    private readonly TensorSet _part = new();
    private readonly Outcome _first = new();
    private readonly Outcome _second = new();

    /// <summary>Whether relations hold bit by bit for the problem and there is something to be compared.</summary>
    public static bool Concern(Problem problem, TensorSet tensors, Outcome answer) =>
        problem.Pass == Pass.Forward && !problem.HasOverrides && tensors.IsExact && answer.Kind == OutcomeKind.Completed && answer.Output.Count > 0
        && tensors.Input.Count > 0 && tensors.Weight.Count > 0;

    /// <summary>Tries all relations of one side, up to the first that does not hold.</summary>
    /// <param name="runner">The side.</param>
    /// <param name="phase">Which side it is.</param>
    /// <param name="problem">What was asked; see <see cref="Concern"/>.</param>
    /// <param name="tensors">The numbers.</param>
    /// <param name="whole">What it answered.</param>
    /// <param name="known">Its known divergences: a problem that one covers is not asked.</param>
    /// <exception cref="ProblemDataException">There is no memory for further tensors.</exception>
    public Repetition? Find(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome whole, IReadOnlyList<Divergence> known)
    {
        var side = new Asked(runner, phase, problem, tensors, whole.Output, known);
        return Groups(side) ?? Rows(side) ?? Zeros(side) ?? Parts(side) ?? Adjoint(side);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _part.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private Repetition? Groups(Asked side)
    {
        var (problem, tensors) = (side.Problem, side.Tensors);
        if (problem.Groups == 1)
        {
            return null;
        }

        var (ins, outs) = (problem.GroupInChannels, problem.GroupOutChannels);
        var one = problem with { Groups = 1, InChannels = ins, OutChannels = outs };
        for (var group = 0L; group < problem.Groups; group++)
        {
            Slice(tensors.Input, _part.Input, problem.Unbatched ? 0 : 1, group * ins, ins);
            Slice(tensors.Weight, _part.Weight, 0, group * ins, ins);
            if (tensors.Bias is { } bias)
            {
                Slice(bias, _part.WithBias(true), 0, group * outs, outs);
            }
            else
            {
                _part.WithBias(false);
            }

            if (Ask(RepetitionCheck.Groups, side, one, _first, out var isAnswered) is { } found)
            {
                return found;
            }

            if (isAnswered && Compare(RepetitionCheck.Groups, side.Output, _first.Output, item: 0, channel: group * outs) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private Repetition? Rows(Asked side)
    {
        var (problem, tensors) = (side.Problem, side.Tensors);
        if (problem.Unbatched)
        {
            return null;
        }

        _part.Copy(tensors, Placement.Aligned);
        var one = problem with { Batch = 1, Unbatched = true };
        for (var item = 0L; item < problem.Batch; item++)
        {
            Slice(tensors.Input, _part.Input, 0, item, 1, drops: true);
            if (Ask(RepetitionCheck.Rows, side, one, _first, out var isAnswered) is { } found)
            {
                return found;
            }

            if (isAnswered && Compare(RepetitionCheck.Rows, side.Output, _first.Output, item, channel: 0) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private unsafe Repetition? Zeros(Asked side)
    {
        var (problem, tensors) = (side.Problem, side.Tensors);
        var length = ProblemRules.OutputLength<Int128>(problem.Length, 1, problem.Stride, 0, problem.OutputPadding, 1);
        if ((problem.Stride == 1 && problem.OutputPadding == 0) || problem.OutputSize is not null || length > int.MaxValue)
        {
            return null;
        }

        var spread = problem with { Length = (long)length, Stride = 1, OutputPadding = 0 };
        if (ProblemSize.MultiplyAdds(spread) > MostMultiplyAdds || ProblemSize.Bytes(spread) > RepetitionChecks.MostBytes)
        {
            return null;
        }

        _part.Copy(tensors, Placement.Aligned);
        var (input, size) = (tensors.Input, tensors.Input.DType.Size());
        _part.Input.Reshape(input.DType, spread.InputShape.ToArray());
        new Span<byte>(_part.Input.Data, checked((int)(_part.Input.Count * size))).Clear();
        for (var row = 0L; row < input.Count / problem.Length; row++)
        {
            for (var i = 0L; i < problem.Length; i++)
            {
                new ReadOnlySpan<byte>(input.Data + (row * problem.Length + i) * size, size)
                    .CopyTo(new Span<byte>(_part.Input.Data + (row * spread.Length + i * problem.Stride) * size, size));
            }
        }

        return Ask(RepetitionCheck.Zeros, side, spread, _first, out var isAnswered)
            ?? (isAnswered ? Compare(RepetitionCheck.Zeros, side.Output, _first.Output, item: 0, channel: 0) : null);
    }

    private Repetition? Parts(Asked side)
    {
        var input = side.Tensors.Input;
        _part.Copy(side.Tensors, Placement.Aligned);
        foreach (var (isFirst, outcome) in ((bool, Outcome)[])[(true, _first), (false, _second)])
        {
            _part.Input.Lay(input, input.Strides, input.Strides);
            for (var i = 0L; i < input.ValueCount; i++)
            {
                if ((CounterRandom.At(PartStream, (ulong)i) % 2 == 0) != isFirst)
                {
                    DataFiller.Store(_part.Input, i, 0, "");
                }
            }

            if (Ask(RepetitionCheck.Parts, side, side.Problem, outcome, out var isAnswered) is { } found)
            {
                return found;
            }

            if (!isAnswered)
            {
                return null;
            }
        }

        var (output, bias) = (side.Output, side.Tensors.Bias);
        if ((FormDiffers(RepetitionCheck.Parts, output.Shape, _first.Output) ?? FormDiffers(RepetitionCheck.Parts, output.Shape, _second.Output)) is { } form)
        {
            return form;
        }

        var (parts, perChannel, channels) = (output.DType.Parts(), output.Shape[^1] * output.DType.Parts(), output.Shape[^2]);
        for (var i = 0L; i < output.ValueCount; i++)
        {
            // The values are all integers of at most 53 bits, or int64, whose sums wrap around.
            var added = bias is null ? 0 : Integer(bias, i / perChannel % channels * parts + i % parts);
            var sum = unchecked(Integer(_first.Output, i) + Integer(_second.Output, i) - added);
            if (sum != Integer(output, i))
            {
                return Wrong(RepetitionCheck.Parts, output, i, Text(sum, output));
            }
        }

        return null;
    }

    /// <summary>Reads input, weight and answer only; nothing is asked.</summary>
    private static Repetition? Adjoint(Asked side)
    {
        var problem = side.Problem;
        var (input, weight, output) = (Integers(side.Tensors.Input), Integers(side.Tensors.Weight), Integers(side.Output));
        var bias = side.Tensors.Bias is { } given ? Integers(given) : null;
        var (parts, length, outLength) = (side.Output.DType.Parts(), problem.Length, side.Output.Shape[^1]);
        // Where groups do not divide out_channels the weight has whole columns all the same, and the output as many channels.
        var (ins, outs, channels) = (problem.GroupInChannels, problem.GroupOutChannels, side.Output.Shape[^2]);
        var batch = problem.Unbatched ? 1 : problem.Batch;
        var y = new long[side.Output.Count];
        var (ofOutput, ofInput) = (new long[parts], new long[parts]);
        for (var i = 0L; i < y.Length; i++)
        {
            y[i] = (long)(CounterRandom.At(AdjointStream, (ulong)i) % 3) - 1;
            for (var part = 0; part < parts; part++)
            {
                var added = bias is null ? 0 : bias[i / outLength % channels * parts + part];
                ofOutput[part] = unchecked(ofOutput[part] + y[i] * (output[i * parts + part] - added));
            }
        }

        var gathered = new long[parts];
        for (var row = 0L; row < batch * problem.InChannels; row++)
        {
            var (item, channel) = (row / problem.InChannels, row % problem.InChannels);
            var from = (item * channels + channel / ins * outs) * outLength;
            for (var i = 0L; i < length; i++)
            {
                Array.Clear(gathered);
                for (var k = 0L; k < problem.KernelSize; k++)
                {
                    var o = (Int128)i * problem.Stride - problem.Padding + (Int128)k * problem.Dilation;
                    if (o < 0 || o >= outLength)
                    {
                        continue;
                    }

                    for (var c = 0L; c < outs; c++)
                    {
                        var sign = y[from + c * outLength + (long)o];
                        for (var part = 0; sign != 0 && part < parts; part++)
                        {
                            gathered[part] = unchecked(gathered[part] + sign * weight[((channel * outs + c) * problem.KernelSize + k) * parts + part]);
                        }
                    }
                }

                var at = (row * length + i) * parts;
                if (parts == 1)
                {
                    ofInput[0] = unchecked(ofInput[0] + gathered[0] * input[at]);
                }
                else
                {
                    var (re, im) = (input[at], input[at + 1]);
                    ofInput[0] = unchecked(ofInput[0] + re * gathered[0] - im * gathered[1]);
                    ofInput[1] = unchecked(ofInput[1] + re * gathered[1] + im * gathered[0]);
                }
            }
        }

        return ofOutput.AsSpan().SequenceEqual(ofInput)
            ? null
            : new Repetition(MismatchKind.Relation, $"is not the transpose of conv1d: <y, output - bias> is {string.Join(" + i ", ofOutput)} and <conv1d(y), input> is {string.Join(" + i ", ofInput)}, for a y of -1, 0 and 1");
    }

    /// <summary>Some indices of one dimension of a dense tensor; with <paramref name="drops"/> without that dimension.</summary>
    private static unsafe void Slice(Tensor from, Tensor to, int dimension, long start, long count, bool drops = false)
    {
        var shape = (long[])from.Shape.Clone();
        shape[dimension] = count;
        to.Reshape(from.DType, drops ? [.. shape.Where((_, d) => d != dimension)] : shape);
        var inner = from.DType.Size() * ProblemSize.CountOf(from.Shape.AsSpan(dimension + 1))!.Value;
        var outer = ProblemSize.CountOf(from.Shape.AsSpan(0, dimension))!.Value;
        for (var i = 0L; i < outer; i++)
        {
            Buffer.MemoryCopy(from.Data + (i * from.Shape[dimension] + start) * inner, to.Data + i * count * inner, count * inner, count * inner);
        }
    }

    private Repetition? Ask(RepetitionCheck check, Asked side, Problem problem, Outcome answer, out bool isAnswered)
    {
        isAnswered = false;
        if (ProblemRules.Check(problem, out _) is not null || KnownDivergences.Covering(side.Known, problem) is not null)
        {
            return null;
        }

        status?.Set(side.Phase, check);
        RunnerCall.Ask(side.Runner, problem, _part, answer);
        status?.Set(Phase.Comparison);
        switch (answer.Kind)
        {
            case OutcomeKind.Faulted:
                return new Repetition(answer.ChangedEnvironment ? MismatchKind.Environment : MismatchKind.Fault, $"faulted {RepetitionChecks.When(check)}: {answer.Message}", check, answer.Cause);
            case OutcomeKind.Rejected:
                return new Repetition(MismatchKind.Relation, $"completed the whole, but rejects the problem {RepetitionChecks.When(check)}: {answer.Message}", check, answer.Cause);
            default:
                isAnswered = answer.Kind == OutcomeKind.Completed;
                return null;
        }
    }

    /// <summary>Whether a part of the output, from an item of the batch and a channel on, is what the whole has there.</summary>
    private static Repetition? Compare(RepetitionCheck check, Tensor whole, Tensor part, long item, long channel)
    {
        var (length, channels, parts) = (whole.Shape[^1], whole.Shape[^2], whole.DType.Parts());
        var shape = (long[])(check == RepetitionCheck.Rows ? whole.Shape[1..] : whole.Shape.Clone());
        shape[^2] = check == RepetitionCheck.Groups && part.Shape.Length == shape.Length ? part.Shape[^2] : channels;
        if (FormDiffers(check, shape, part) is { } form)
        {
            return form;
        }

        for (var i = 0L; i < part.ValueCount; i++)
        {
            var (row, rest) = (i / parts / length, i % (parts * length));
            var at = ((item + row / shape[^2]) * channels + channel + row % shape[^2]) * length * parts + rest;
            // +0 and -0 are equal; NaN differs from all.
            if (whole.DType == DType.Int64 ? Integer(whole, at) != Integer(part, i) : whole.At(at) != part.At(i))
            {
                return Wrong(check, whole, at, Text(part, i));
            }
        }

        return null;
    }

    private static Repetition? FormDiffers(RepetitionCheck check, long[] shape, Tensor part) =>
        part.Shape.AsSpan().SequenceEqual(shape)
            ? null
            : new Repetition(MismatchKind.Relation, $"gives shape [{string.Join(", ", part.Shape)}] {RepetitionChecks.When(check)} instead of [{string.Join(", ", shape)}]", check);

    private static Repetition Wrong(RepetitionCheck check, Tensor whole, long at, string part) =>
        new(
            MismatchKind.Relation,
            $"gives other values {RepetitionChecks.When(check)}: output {Tensor.Position(at / whole.DType.Parts(), whole.Shape)} is {part} instead of {Text(whole, at)}",
            check,
            FaultCause.None,
            at / whole.DType.Parts());

    private static long[] Integers(Tensor tensor)
    {
        var values = new long[tensor.ValueCount];
        for (var i = 0L; i < values.Length; i++)
        {
            values[i] = Integer(tensor, i);
        }

        return values;
    }

    private static unsafe long Integer(Tensor tensor, long index) => tensor.DType == DType.Int64 ? ((long*)tensor.Data)[index] : (long)tensor.At(index);

    private static string Text(Tensor tensor, long index) => tensor.DType == DType.Int64 ? Text(Integer(tensor, index), tensor) : NumberText.Format(tensor.At(index), tensor.DType);

    private static string Text(long value, Tensor like) => like.DType == DType.Int64 ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : NumberText.Format(value, like.DType);

    /// <summary>A side, what it was asked and what it answered.</summary>
    private sealed record Asked(IRunner Runner, Phase Phase, Problem Problem, TensorSet Tensors, Tensor Output, IReadOnlyList<Divergence> Known);
}
