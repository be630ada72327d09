using System.Runtime.InteropServices;

using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Asks a side again for what it has answered: with the same tensors, with tensors at other places and in other
/// layouts, and from several threads at once. Each time it must give the bits it gave first; any NaN equals any other.
/// Where numbers round, a library may sum strided tensors in another order (MKL does): then it must be right, by the
/// oracle, and not the same. grad_output is laid out as the input is.
/// </summary>
/// <param name="status">Where to say what is being done, or null.</param>
/// <param name="judge">Judges an answer to a problem with dense tensors by itself.</param>
internal sealed class RepetitionChecks(StatusCell? status, Func<Problem, TensorSet, Outcome, Judgement> judge) : IDisposable
{
    /// <summary>Of generated problems one in so many is asked again.</summary>
    public const int SampledOneIn = 64;

    /// <summary>Of generated problems one in so many is asked from several threads too: to wake them costs more than all else.</summary>
    public const int ThreadedOneIn = 1024;

    /// <summary>Generated problems with more products are not asked again: each check costs as much as the problem itself.</summary>
    public const long SampledMultiplyAdds = 2_000_000;

    /// <summary>Nor are given problems with more products than this.</summary>
    public const long MostMultiplyAdds = 200_000_000;

    /// <summary>Nor is any problem whose tensors need more bytes: the checks copy them.</summary>
    public const long MostBytes = 64 << 20;

    private const ulong SampleStream = 0x7E9E71710;
    private const int SampledRounds = 32;
    private const int MostRounds = 64;
    private const long MultiplyAddsOfRounds = 4_000_000;

    private readonly TensorSet _copy = new();
    private readonly TensorSet _dense = new();
    private readonly Outcome _again = new();
    private readonly Outcome _denseAnswer = new();
    private readonly Outcome[] _answers = [new(), new(), new(), new()];
    private readonly Repetition?[] _found = new Repetition?[CallTeam.Size];
    private readonly CallTeam _team = new();

    /// <summary>
    /// Whether a problem is one to be asked again: each that was given, a sample of those that are generated. That
    /// depends on the problem and its index alone.
    /// </summary>
    public static bool Concern(Problem problem, long index, bool isGenerated) =>
        (!isGenerated || IsSampled(index, SampledOneIn))
        && ProblemSize.MultiplyAdds(problem) <= (isGenerated ? SampledMultiplyAdds : MostMultiplyAdds)
        && ProblemSize.Bytes(problem) <= MostBytes;

    /// <summary>How many times each of several threads asks for a problem with which the checks are concerned; 0 where none does.</summary>
    public static int Rounds(Problem problem, long index, bool isGenerated)
    {
        if (isGenerated && !IsSampled(index, ThreadedOneIn))
        {
            return 0;
        }

        return (int)Math.Clamp(MultiplyAddsOfRounds / Math.Max(1, ProblemSize.MultiplyAdds(problem)), 1, isGenerated ? SampledRounds : MostRounds);
    }

    /// <summary>How a check is spoken of, e.g. "when called from four threads at once".</summary>
    public static string When(RepetitionCheck check) => check switch
    {
        RepetitionCheck.Again => "when asked again with the same tensors",
        RepetitionCheck.OddOffset => "when the tensors are aligned to their elements only",
        RepetitionCheck.BeforeGuardPage => "when the tensors end right before a page that cannot be accessed",
        RepetitionCheck.AfterGuardPage => "when the tensors start right after a page that cannot be accessed",
        RepetitionCheck.Strided => "when input is stored channels-last and weight has a step of 2",
        RepetitionCheck.Expanded => "when input and weight are expanded (a stride of 0)",
        RepetitionCheck.Threads => "when called from four threads at once",
        RepetitionCheck.Groups => "when each group is computed by itself",
        RepetitionCheck.Rows => "when each item of the batch is computed by itself, unbatched",
        RepetitionCheck.Zeros => "when zeros between the inputs stand for the stride, and zeros after them for output_padding",
        RepetitionCheck.Parts => "when the input is computed in two parts that are added",
        RepetitionCheck.ChangedInPlace => "when one element has changed in place since the last call",
        RepetitionCheck.Neighbour => "beside a call with other arguments and the same shapes",
        RepetitionCheck.OtherLength => "beside a call with a longer input",
        RepetitionCheck.OtherDType => "beside a call of another dtype",
        RepetitionCheck.UnlikePlaces => "when input and output are aligned unlike each other",
        RepetitionCheck.ShapeAlone => "when asked for the shape alone, with output.data NULL",
        _ => "when asked",
    };

    /// <summary>The end of a process in a check, e.g. "was killed by SIGABRT when called from four threads at once".</summary>
    public static Fault Describe(RepetitionCheck check, FaultCause cause, string epitaph) => (check, cause) switch
    {
        (RepetitionCheck.None, _) => new Fault(cause, epitaph),
        (RepetitionCheck.BeforeGuardPage, FaultCause.InvalidAccess) => new Fault(FaultCause.BeyondEnd, $"read or wrote beyond a tensor's end: it {epitaph} {When(check)}", check),
        (RepetitionCheck.AfterGuardPage, FaultCause.InvalidAccess) => new Fault(FaultCause.BeforeStart, $"read or wrote before a tensor's start: it {epitaph} {When(check)}", check),
        _ => new Fault(cause, $"{epitaph} {When(check)}", check),
    };

    /// <summary>Makes all checks of one side, up to the first at which it does otherwise.</summary>
    /// <param name="runner">The side.</param>
    /// <param name="phase">Which side it is.</param>
    /// <param name="problem">What was asked.</param>
    /// <param name="tensors">The numbers.</param>
    /// <param name="first">What it answered: it has completed.</param>
    /// <param name="rounds">How often each of several threads asks; see <see cref="Rounds"/>.</param>
    /// <exception cref="ProblemDataException">There is no memory for copies of the tensors.</exception>
    public Repetition? Find(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first, int rounds) =>
        AskAgain(runner, phase, problem, tensors, first)
        ?? AskAt(Placement.OddOffset, RepetitionCheck.OddOffset, runner, phase, problem, tensors, first)
        ?? AskAt(Placement.BeforeGuardPage, RepetitionCheck.BeforeGuardPage, runner, phase, problem, tensors, first)
        ?? AskAt(Placement.AfterGuardPage, RepetitionCheck.AfterGuardPage, runner, phase, problem, tensors, first)
        ?? (runner.TakesStrides && tensors.Input.Count > 0 && tensors.Weight.Count > 0 && tensors.GradOutput is not { Count: 0 }
            ? AskStrided(runner, phase, problem, tensors, first) ?? AskExpanded(runner, phase, problem, tensors, first)
            : null)
        ?? (runner.IsConcurrent && rounds > 0 ? AskFromThreads(runner, phase, problem, tensors, first, rounds) : null);

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _copy.Dispose();
        _dense.Dispose();
        _again.Dispose();
        _denseAnswer.Dispose();
        Array.ForEach(_answers, answer => answer.Dispose());
    }

    private static bool IsSampled(long index, ulong oneIn) => CounterRandom.At(SampleStream, (ulong)index) % oneIn == 0;

    private Repetition? AskAgain(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first)
    {
        _again.Output.Placement = Placement.Aligned;
        return Ask(RepetitionCheck.Again, runner, phase, problem, tensors, first);
    }

    private Repetition? AskAt(Placement placement, RepetitionCheck check, IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first)
    {
        _copy.Copy(tensors, placement);
        _again.Output.Placement = placement;
        return Ask(check, runner, phase, problem, _copy, first);
    }

    private Repetition? AskStrided(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first)
    {
        _copy.Copy(tensors, Placement.Aligned);
        _copy.Input.Lay(tensors.Input, tensors.Input.Strides, ChannelsLast(tensors.Input.Shape));
        _copy.Weight.Lay(tensors.Weight, tensors.Weight.Strides, Array.ConvertAll(tensors.Weight.Strides, step => 2 * step));
        if (tensors.GradOutput is { } gradOutput)
        {
            _copy.GradOutput!.Lay(gradOutput, gradOutput.Strides, ChannelsLast(gradOutput.Shape));
        }

        _again.Output.Placement = Placement.Aligned;
        return Ask(RepetitionCheck.Strided, runner, phase, problem, _copy, first, tensors);
    }

    /// <summary>Expanded tensors hold other values than the problem's: the answer to the same values laid out densely comes first.</summary>
    private Repetition? AskExpanded(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first)
    {
        _dense.Copy(tensors, Placement.Aligned);
        _copy.Copy(tensors, Placement.Aligned);
        var isExpanded = Expand(tensors.Input, _dense.Input, _copy.Input);
        isExpanded |= Expand(tensors.Weight, _dense.Weight, _copy.Weight);
        if (tensors.GradOutput is { } gradOutput)
        {
            // As it is after sum().backward().
            isExpanded |= Expand(gradOutput, _dense.GradOutput!, _copy.GradOutput!);
        }

        if (!isExpanded)
        {
            return null;
        }

        status?.Set(phase, RepetitionCheck.Expanded);
        RunnerCall.Ask(runner, problem, _dense, _denseAnswer);
        _again.Output.Placement = Placement.Aligned;
        return CompareForm(RepetitionCheck.Expanded, first, _denseAnswer)
            ?? Ask(RepetitionCheck.Expanded, runner, phase, problem, _copy, _denseAnswer, _dense);
    }

    /// <summary>Repeats the first slice of a tensor along its first dimension that has several, once in memory and once by a stride of 0; false where there is none.</summary>
    private static bool Expand(Tensor tensor, Tensor dense, Tensor expanded)
    {
        var along = Array.FindIndex(tensor.Shape, size => size > 1);
        if (along < 0)
        {
            return false;
        }

        var slice = (long[])tensor.Shape.Clone();
        slice[along] = 1;
        var strides = Tensor.DenseStrides(slice);
        var from = (long[])tensor.Strides.Clone();
        strides[along] = from[along] = 0;
        dense.Lay(tensor, from, tensor.Strides);
        expanded.Lay(tensor, from, strides);
        return true;
    }

    private Repetition? AskFromThreads(IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first, int rounds)
    {
        status?.Set(phase, RepetitionCheck.Threads);
        var before = tensors.Checksums();
        _team.Run(thread =>
        {
            _found[thread] = null;
            for (var round = 0; round < rounds && _found[thread] is null; round++)
            {
                RunnerCall.Ask(runner, problem, tensors, _answers[thread]);
                status?.Step();
                _found[thread] = Compare(RepetitionCheck.Threads, first, _answers[thread]);
            }
        });
        return Array.Find(_found, found => found is not null) ?? Modified(RepetitionCheck.Threads, tensors, before);
    }

    /// <param name="check">In which way it is asked.</param>
    /// <param name="runner">The side.</param>
    /// <param name="phase">Which side it is.</param>
    /// <param name="problem">What is asked.</param>
    /// <param name="tensors">The numbers, as they are laid out for it.</param>
    /// <param name="first">The answer that it is to give again.</param>
    /// <param name="dense">The same numbers laid out densely, where another order of summation is right too; null where it is not.</param>
    private Repetition? Ask(RepetitionCheck check, IRunner runner, Phase phase, Problem problem, TensorSet tensors, Outcome first, TensorSet? dense = null)
    {
        var before = tensors.Checksums();
        status?.Set(phase, check);
        RunnerCall.Ask(runner, problem, tensors, _again);
        status?.Set(Phase.Comparison);
        var found = Modified(check, tensors, before) ?? Compare(check, first, _again);
        return found is { WrongElements: > 0 } && dense is { IsExact: false } && judge(problem, dense, _again).Verdict != Verdict.Failed ? null : found;
    }

    private static long[] ChannelsLast(long[] shape)
    {
        var strides = Tensor.DenseStrides(shape);
        (strides[^2], strides[^1]) = (1, shape[^2]);
        return strides;
    }

    private static Repetition? Modified(RepetitionCheck check, TensorSet tensors, (uint Input, uint Weight, uint Bias, uint GradOutput) before) =>
        tensors.Changed(before, out var cause) is { } names ? new Repetition(MismatchKind.Fault, $"modified {names} {When(check)}", check, cause) : null;

    /// <summary>In what an answer differs from the one given first, null where it has the same bits.</summary>
    internal static Repetition? Compare(RepetitionCheck check, Outcome first, Outcome again) =>
        CompareForm(check, first, again) ?? CompareBits(check, first.Output, again.Output);

    private static Repetition? CompareForm(RepetitionCheck check, Outcome first, Outcome again)
    {
        switch (again.Kind)
        {
            case OutcomeKind.Faulted:
                return new Repetition(again.ChangedEnvironment ? MismatchKind.Environment : MismatchKind.Fault, $"faulted {When(check)}: {again.Message}", check, again.Cause);
            case OutcomeKind.Rejected:
                return new Repetition(MismatchKind.Repetition, $"completed at first, but rejects the problem {When(check)}: {again.Message}", check, again.Cause);
            case OutcomeKind.Unsupported:
                return new Repetition(MismatchKind.Repetition, $"completed at first, but does not do the problem {When(check)}: {again.Message}", check, again.Cause);
        }

        var (was, now) = (first.Output, again.Output);
        return was.DType == now.DType && was.Shape.AsSpan().SequenceEqual(now.Shape)
            ? null
            : new Repetition(MismatchKind.Repetition, $"gives {Describe(now)} {When(check)} instead of {Describe(was)}", check);
    }

    private static unsafe Repetition? CompareBits(RepetitionCheck check, Tensor was, Tensor now)
    {
        var bytes = was.Count * was.DType.Size();
        var isSame = true;
        for (var start = 0L; start < bytes && isSame; start += int.MaxValue)
        {
            var length = (int)Math.Min(int.MaxValue, bytes - start);
            isSame = new ReadOnlySpan<byte>(was.Data + start, length).SequenceEqual(new ReadOnlySpan<byte>(now.Data + start, length));
        }

        if (isSame)
        {
            return null;
        }

        var (first, wrong) = (-1L, 0L);
        for (var i = 0L; i < was.ValueCount; i++)
        {
            if (!IsSameValue(was, now, i))
            {
                first = first < 0 ? i : first;
                wrong++;
            }
        }

        return wrong == 0
            ? null
            : new Repetition(
                MismatchKind.Repetition,
                $"gives other bits {When(check)}: output {Tensor.Position(first / was.DType.Parts(), was.Shape)} is {NumberText.Format(now.At(first), was.DType)} instead of {NumberText.Format(was.At(first), was.DType)}",
                check,
                FaultCause.None,
                first / was.DType.Parts(),
                wrong);
    }

    private static unsafe bool IsSameValue(Tensor was, Tensor now, long index)
    {
        var size = was.DType.Size() / was.DType.Parts();
        return new ReadOnlySpan<byte>(was.Data + index * size, size).SequenceEqual(new ReadOnlySpan<byte>(now.Data + index * size, size))
            || (double.IsNaN(was.At(index)) && double.IsNaN(now.At(index)));
    }

    private static string Describe(Tensor output) => $"{output.DType.Name()} of shape [{string.Join(", ", output.Shape)}]";
}
