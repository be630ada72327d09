using System.Runtime.InteropServices;

using ParityHarness.Fixtures;
using ParityHarness.Kernels;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Judges what two runners answered to one problem, and is the only one that judges. Each side is held against the
/// oracle, so that it is known which side is wrong: outcome kind first, then dtype and shape, then values; then the
/// sides are held against each other for accuracy.
/// </summary>
public sealed class Comparer
{
    /// <summary>Outputs from which on the rms error is judged.</summary>
    public const int AccuracyElements = 32;

    /// <summary>By how much one side's rms error may exceed the larger of the other's and u times the typical partial sum.</summary>
    public const double AccuracyFactor = 16;

    private readonly OracleEvaluator _oracle = new();
    private readonly Tolerance _tolerance;
    private readonly bool _strictReasons;
    private double[] _candidate = [];
    private double[] _reference = [];
    private readonly List<long> _suspects = [];

    /// <summary>A comparer that decides by <paramref name="tolerance"/>.</summary>
    public Comparer(Tolerance tolerance, bool strictReasons = false) =>
        (_tolerance, _strictReasons) = (tolerance, strictReasons);

    /// <summary>Time spent in the oracle so far, in ticks of Stopwatch.</summary>
    public long OracleTicks { get; private set; }

    /// <summary>Judges a problem.</summary>
    /// <param name="problem">What was asked.</param>
    /// <param name="tensors">The numbers both sides were given.</param>
    /// <param name="reference">What the reference answered.</param>
    /// <param name="candidate">What the candidate answered.</param>
    /// <param name="known">The sides of which a named divergence covers the problem.</param>
    /// <param name="expected">A recorded answer, against which each side is held too; null where the live reference decides alone.</param>
    public Judgement Compare(Problem problem, TensorSet tensors, Outcome reference, Outcome candidate, Side known = Side.None, FixtureRow? expected = null)
    {
        var result = new Judgement();
        var reason = ProblemRules.Check(problem, out var outputLength);
        Judge(result, problem, tensors, reference, candidate, reason, outputLength);
        if (expected?.Outcome is not null)
        {
            HoldAgainst(expected, result, problem, tensors, reference, candidate, outputLength, known);
        }

        if (result is { Verdict: Verdict.Failed, IsProved: true } && (result.Side & ~known) == Side.None)
        {
            result.Verdict = Verdict.KnownDivergence;
        }

        return result;
    }

    private void Judge(Judgement result, Problem problem, TensorSet tensors, Outcome reference, Outcome candidate, RejectionReason? reason, long outputLength)
    {
        if (candidate.Kind == OutcomeKind.Unsupported)
        {
            result.Unsupport(reference.Kind == OutcomeKind.Unsupported ? Side.Both : Side.Candidate, $"the candidate does not do it: {candidate.Message}");
            if (reference.Kind != OutcomeKind.Unsupported
                && JudgeOutcome(problem, reference, reason, outputLength, out var wrong) is var fault and not MismatchKind.None)
            {
                result.Fail(fault, Side.Reference, $"reference {wrong}");
                result.IsProved = true;
            }

            return;
        }

        if (reference.Kind == OutcomeKind.Rejected && candidate.Kind == OutcomeKind.Rejected)
        {
            CompareReasons(result, reference, candidate);
            return;
        }

        var candidateFault = JudgeOutcome(problem, candidate, reason, outputLength, out var candidateDetail);
        candidateDetail = candidateDetail.Length == 0 ? "" : $"candidate {candidateDetail}";
        var referenceFault = reference.Kind == OutcomeKind.Unsupported
            ? MismatchKind.None
            : JudgeOutcome(problem, reference, reason, outputLength, out var referenceDetail) is var kind and not MismatchKind.None
                ? Blame(kind, referenceDetail, ref candidateDetail)
                : MismatchKind.None;
        if (candidateFault != MismatchKind.None || referenceFault != MismatchKind.None)
        {
            // A candidate beside a faulty reference is still judged by its values, so that a known divergence hides nothing.
            if (candidateFault == MismatchKind.None && candidate.Kind == OutcomeKind.Completed)
            {
                JudgeValues(result, problem, tensors, null, candidate, outputLength);
                if (result.Verdict == Verdict.Failed)
                {
                    result.Side = Side.Both;
                    result.IsProved = true;
                    return;
                }
            }

            result.Verdict = Verdict.Failed;
            result.Kind = candidateFault != MismatchKind.None ? candidateFault : referenceFault;
            result.Side = (candidateFault != MismatchKind.None ? Side.Candidate : Side.None)
                | (referenceFault != MismatchKind.None ? Side.Reference : Side.None);
            result.IsProved = true;
            result.Detail = candidateDetail;
            if (referenceFault == MismatchKind.None && reference.Kind == OutcomeKind.Completed)
            {
                // Likewise the reference beside a faulty candidate.
                var alone = new Judgement();
                JudgeValues(alone, problem, tensors, null, reference, outputLength);
                if (alone.Verdict == Verdict.Failed)
                {
                    result.Side = Side.Both;
                    result.Detail += $"; reference is wrong in {alone.WrongElements} of {alone.Elements} outputs";
                }
            }

            return;
        }

        if (candidate.Kind == OutcomeKind.Completed)
        {
            JudgeValues(result, problem, tensors, reference.Kind == OutcomeKind.Completed ? reference : null, candidate, outputLength);
        }

        if (reference.Kind == OutcomeKind.Unsupported && result.Verdict is Verdict.Passed)
        {
            result.Unsupport(Side.Reference, $"the reference does not do it ({reference.Message}); the candidate agrees with the oracle");
        }
    }

    /// <summary>
    /// Holds each side against a recorded answer. The candidate fails against it as against a live reference; a live
    /// reference that differs has drifted since, but for one whose known divergence covers the problem.
    /// </summary>
    private void HoldAgainst(FixtureRow expected, Judgement result, Problem problem, TensorSet tensors, Outcome reference, Outcome candidate, long outputLength, Side known)
    {
        var candidateKind = Difference(expected, problem, tensors, candidate, outputLength, out var candidateDiffers);
        var referenceDiffers = "";
        var referenceKind = known.HasFlag(Side.Reference) ? MismatchKind.None : Difference(expected, problem, tensors, reference, outputLength, out referenceDiffers);
        if (result.Verdict == Verdict.Unsupported && reference.Kind == OutcomeKind.Unsupported && candidateKind == MismatchKind.None
            && (candidate.Kind == OutcomeKind.Rejected || (candidate.Kind == OutcomeKind.Completed && (candidate.Output.Count == 0 || problem.IsJudged))))
        {
            // The recorded answer stands in for a reference that is not there.
            result.Verdict = Verdict.Passed;
            result.NotDoneBy = Side.None;
            result.Detail = "";
        }

        if (result.Verdict == Verdict.Failed || (candidateKind == MismatchKind.None && referenceKind == MismatchKind.None))
        {
            return;
        }

        if (candidateKind == MismatchKind.None)
        {
            result.Fail(MismatchKind.Drift, Side.Reference, $"reference {referenceDiffers} ({expected.RecordedBy})");
        }
        else if (referenceKind == MismatchKind.None)
        {
            result.Fail(candidateKind, Side.Candidate, $"candidate {candidateDiffers} ({expected.RecordedBy})");
        }
        else
        {
            result.Fail(candidateKind, Side.Both, $"candidate {candidateDiffers}; reference {referenceDiffers} ({expected.RecordedBy})");
        }
    }

    /// <summary>In what an outcome differs from a recorded answer; a runner that does not do the problem differs in nothing.</summary>
    private MismatchKind Difference(FixtureRow expected, Problem problem, TensorSet tensors, Outcome outcome, long outputLength, out string detail)
    {
        detail = "";
        if (outcome.Kind == OutcomeKind.Unsupported)
        {
            return MismatchKind.None;
        }

        if (outcome.Kind != expected.Outcome)
        {
            var recorded = expected.Outcome.ToString()!.ToLowerInvariant();
            detail = $"{outcome.Kind.ToString().ToLowerInvariant()} where {recorded} was recorded{(outcome.Message.Length > 0 ? $": {outcome.Message}" : "")}";
            return MismatchKind.Outcome;
        }

        if (outcome.Kind == OutcomeKind.Rejected)
        {
            if (!_strictReasons || expected.Reason == RejectionReason.Unspecified || outcome.Reason == expected.Reason)
            {
                return MismatchKind.None;
            }

            detail = $"rejected for {outcome.Reason} where {expected.Reason} was recorded";
            return MismatchKind.Reason;
        }

        if (expected.OutputShape is { } shape && !shape.AsSpan().SequenceEqual(outcome.Output.Shape))
        {
            detail = $"has shape [{string.Join(", ", outcome.Output.Shape)}] where [{string.Join(", ", shape)}] was recorded";
            return MismatchKind.Shape;
        }

        detail = expected.Expected is { } values && outcome.Output.Count > 0 && problem.IsJudged
            ? DifferenceOfValues(values, problem, tensors, outcome.Output, outputLength)
            : "";
        return detail.Length == 0 ? MismatchKind.None : MismatchKind.Value;
    }

    private string DifferenceOfValues(ExpectedOutput expected, Problem problem, TensorSet tensors, Tensor output, long outputLength)
    {
        if (expected.Kind == ExpectedKind.Hash)
        {
            return ExpectedOutput.HashOf(output) == expected.Hash ? "" : "has other values than were recorded (their hash differs)";
        }

        _oracle.Evaluate(problem, tensors, outputLength, all: true);
        for (var i = 0; i < expected.Values.Length; i++)
        {
            var index = expected.Kind == ExpectedKind.Sample ? expected.Indices[i] : i;
            var value = output.At(index);
            var recorded = expected.Values[i];
            if (!IsNear((int)index, value, recorded, problem, tensors))
            {
                return $"gives {NumberText.Format(value, problem.DType)} at output {index} where {NumberText.Format(recorded, problem.DType)} was recorded";
            }
        }

        return "";
    }

    /// <summary>
    /// Both a recorded value and a present one lie within the bound of the exact one, so they are at most two bounds
    /// apart. Where the sum may overflow on the way, either may be anything.
    /// </summary>
    private bool IsNear(int index, double value, double recorded, Problem problem, TensorSet tensors)
    {
        if (value == recorded || value.Equals(recorded))
        {
            return true;
        }

        if (!_oracle.IsDefined(index))
        {
            return true;
        }

        if (!double.IsFinite(value) || !double.IsFinite(recorded))
        {
            return !_oracle.IsExact && (double.IsFinite(_oracle.Magnitude[index])
                ? _oracle.Magnitude[index] >= Precision.Of(problem.DType).Largest
                : problem.DType.IsComplex() || Measure.AreFinite(problem.Pass, tensors));
        }

        return Math.Abs(value - recorded) <= 2 * _oracle.Bound[index];
    }

    private static MismatchKind Blame(MismatchKind kind, string detail, ref string details)
    {
        details = details.Length == 0 ? $"reference {detail}" : $"{details}; reference {detail}";
        return kind;
    }

    private void CompareReasons(Judgement result, Outcome reference, Outcome candidate)
    {
        result.RejectedByBoth = true;
        if (reference.Reason == candidate.Reason || reference.Reason == RejectionReason.Unspecified || candidate.Reason == RejectionReason.Unspecified)
        {
            return;
        }

        result.Kind = MismatchKind.Reason;
        result.Detail = $"candidate rejects for {candidate.Reason} ({candidate.Message}), reference for {reference.Reason} ({reference.Message})";
        if (_strictReasons)
        {
            result.Verdict = Verdict.Failed;
            result.Side = Side.Candidate;
        }
    }

    /// <summary>Holds how a call ended, its dtype and its shape against PyTorch's rules.</summary>
    private static MismatchKind JudgeOutcome(Problem problem, Outcome outcome, RejectionReason? reason, long outputLength, out string detail)
    {
        detail = "";
        switch (outcome.Kind)
        {
            case OutcomeKind.Faulted:
                detail = $"faulted: {outcome.Message}";
                return outcome.ChangedEnvironment ? MismatchKind.Environment : MismatchKind.Fault;
            case OutcomeKind.Rejected when reason is null:
                detail = $"rejected a legal problem: {outcome.Message}";
                return MismatchKind.Outcome;
            case OutcomeKind.Completed when reason is { } why:
                detail = $"completed with shape [{string.Join(", ", outcome.Output.Shape)}] where PyTorch rejects for {why}";
                return MismatchKind.Outcome;
            case OutcomeKind.Completed:
                break;
            default:
                return MismatchKind.None;
        }

        if (outcome.Output.DType != problem.DType)
        {
            detail = $"gives {outcome.Output.DType.Name()}, expected {problem.DType.Name()}";
            return MismatchKind.DType;
        }

        var shape = ProblemRules.OutputShape(problem, outputLength);
        if (!outcome.Output.Shape.AsSpan().SequenceEqual(shape))
        {
            detail = $"gives shape [{string.Join(", ", outcome.Output.Shape)}], expected [{string.Join(", ", shape)}]";
            return MismatchKind.Shape;
        }

        return MismatchKind.None;
    }

    private void JudgeValues(Judgement result, Problem problem, TensorSet tensors, Outcome? reference, Outcome candidate, long outputLength)
    {
        if (candidate.Output.Count == 0)
        {
            return;
        }

        if (!problem.IsJudged)
        {
            result.Unsupport(Side.Both, $"{(problem.IsBackward ? "gradients" : "values")} of {problem.DType.Name()} are not judged");
            return;
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        _oracle.Evaluate(problem, tensors, outputLength);
        OracleTicks += System.Diagnostics.Stopwatch.GetTimestamp() - start;
        if (!_oracle.IsExhaustive && reference is not null)
        {
            AddSuspects(reference.Output, candidate.Output);
        }

        if (problem.DType == DType.Int64)
        {
            JudgeWhole(result, reference?.Output, candidate.Output);
            return;
        }

        var count = _oracle.Count;
        Gather(candidate.Output, ref _candidate);
        if (reference is not null)
        {
            Gather(reference.Output, ref _reference);
        }

        var actual = _candidate.AsSpan(0, count);
        var expected = reference is null ? default : _reference.AsSpan(0, count);
        result.Elements = count;
        var measure = new Measure();
        if (!measure.TryFast(_oracle, problem.DType, actual, expected))
        {
            measure = new Measure();
            measure.Slow(_oracle, problem.DType, problem.Pass, tensors, actual, expected);
        }

        measure.Report(result, reference is not null);
        result.RoundedProducts = _oracle.IsExact ? 0 : measure.Products;
        Decide(result, problem, measure, actual, expected);
        if (reference is not null && (result.Verdict == Verdict.Failed || result.TorchClose == false))
        {
            FillPassingTolerances(result, problem, actual, expected);
        }

        if (result.Verdict == Verdict.Passed && IsMistrusted(out var why, measure.NonZero, measure.Judged))
        {
            result.Verdict = Verdict.Mistrusted;
            result.Detail = why;
        }
    }

    /// <summary>int64: every order of summation gives the same 64 bits.</summary>
    private void JudgeWhole(Judgement result, Tensor? reference, Tensor candidate)
    {
        var nonZero = 0L;
        var exact = _oracle.Whole;
        var (ofCandidate, ofReference) = (FindWrong(candidate), reference is null ? default : FindWrong(reference));
        foreach (var value in exact)
        {
            nonZero += value != 0 ? 1 : 0;
        }

        result.Elements = exact.Length;
        if (reference is not null)
        {
            result.TorchClose = ofCandidate.Wrong + ofReference.Wrong == 0;
        }

        if (ofCandidate.Wrong + ofReference.Wrong > 0)
        {
            var side = (ofCandidate.Wrong > 0 ? Side.Candidate : Side.None) | (ofReference.Wrong > 0 ? Side.Reference : Side.None);
            var (wrong, slot, tensor) = ofCandidate.Wrong > 0 ? (ofCandidate.Wrong, ofCandidate.First, candidate) : (ofReference.Wrong, ofReference.First, reference!);
            var index = FlatIndex(slot);
            result.Fail(
                MismatchKind.Value,
                side,
                $"{Blamed(side)} wrong in {wrong} of {exact.Length} outputs: {tensor.Span<long>()[(int)index]} where {exact[slot]} is exact (nothing can round here)");
            (result.IsProved, result.WrongElements, result.FirstWrong) = (true, wrong, index);
        }
        else if (IsMistrusted(out var why, nonZero, exact.Length))
        {
            result.Mistrust(why);
        }
    }

    private (long Wrong, int First) FindWrong(Tensor answer)
    {
        var (wrong, first) = (0L, 0);
        var exact = _oracle.Whole;
        var values = answer.Span<long>();
        for (var i = 0; i < exact.Length; i++)
        {
            if (values[(int)FlatIndex(i)] != exact[i])
            {
                first = wrong++ == 0 ? i : first;
            }
        }

        return (wrong, first);
    }

    private static string Blamed(Side side) => side == Side.Both ? "both are" : side == Side.Candidate ? "candidate is" : "reference is";

    /// <summary>
    /// In a sampled problem, every output where the sides differ by more than a part of the bound is evaluated too; see
    /// <see cref="OracleEvaluator.SuspectDistances"/>.
    /// </summary>
    private void AddSuspects(Tensor reference, Tensor candidate)
    {
        _suspects.Clear();
        var distances = _oracle.SuspectDistances();
        var limit = (int)Math.Max(4096, candidate.ValueCount / 8);
        var few = true;
        if (candidate.DType == DType.Int64)
        {
            few = Spans.FindApart<long>(candidate.Span<long>(), reference.Span<long>(), new long[distances.Length], _suspects, limit);
        }
        else if (!_tolerance.IsBound || candidate.DType is DType.Float16 or DType.BFloat16)
        {
            // Another tolerance than the bound decides about every output, sampled or not.
            for (var i = 0L; few && i < candidate.ValueCount; i++)
            {
                var (actual, expected) = (candidate.At(i), reference.At(i));
                if ((!_tolerance.IsBound && !_tolerance.Agree(actual, expected, candidate.DType)) || !(Math.Abs(actual - expected) <= distances[(int)(i % distances.Length)]))
                {
                    _suspects.Add(i);
                    few = _suspects.Count <= limit;
                }
            }
        }
        else if (candidate.DType is DType.Float32 or DType.Complex64)
        {
            var single = new float[distances.Length];
            Spans.ToSingle(distances, single);
            few = Spans.FindApart<float>(candidate.Values<float>(), reference.Values<float>(), single, _suspects, limit);
        }
        else
        {
            few = Spans.FindApart(candidate.Values<double>(), reference.Values<double>(), distances, _suspects, limit);
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        if (!few)
        {
            _oracle.EvaluateAll();
        }
        else if (_suspects.Count > 0)
        {
            _suspects.RemoveAll(_oracle.IsEvaluated);
            _oracle.EvaluateAt(CollectionsMarshal.AsSpan(_suspects));
        }

        OracleTicks += System.Diagnostics.Stopwatch.GetTimestamp() - start;
    }

    private void Gather(Tensor tensor, ref double[] values)
    {
        var count = _oracle.Count;
        if (values.Length < count)
        {
            values = new double[Math.Max(count, Math.Min(Array.MaxLength, 2L * values.Length))];
        }

        if (!_oracle.IsExhaustive)
        {
            var indices = _oracle.Indices;
            for (var i = 0; i < count; i++)
            {
                values[i] = tensor.At(indices[i]);
            }

            return;
        }

        switch (tensor.DType.PartType())
        {
            case DType.Float64:
                tensor.Values<double>().CopyTo(values);
                break;
            case DType.Float32:
                Spans.ToDouble(tensor.Values<float>(), values);
                break;
            default:
                for (var i = 0; i < count; i++)
                {
                    values[i] = tensor.At(i);
                }

                break;
        }
    }

    private void Decide(Judgement result, Problem problem, Measure measure, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        var blamed = (measure.CandidateWrong > 0 ? Side.Candidate : Side.None) | (measure.ReferenceWrong > 0 ? Side.Reference : Side.None);
        if (!_tolerance.IsBound && !expected.IsEmpty)
        {
            DecideByTolerance(result, problem, actual, expected, blamed);
            return;
        }

        if (blamed != Side.None)
        {
            var ofCandidate = blamed.HasFlag(Side.Candidate);
            result.Verdict = Verdict.Failed;
            result.Side = blamed;
            result.IsProved = true;
            result.Kind = (ofCandidate ? measure.CandidateSpecial : measure.ReferenceSpecial) ? MismatchKind.Special : MismatchKind.Value;
            result.WrongElements = ofCandidate ? measure.CandidateWrong : measure.ReferenceWrong;
            var slot = ofCandidate ? measure.CandidateFirst : measure.ReferenceFirst;
            result.FirstWrong = FlatIndex(slot) / problem.DType.Parts();
            var wrong = ofCandidate ? actual[slot] : expected[slot];
            var bound = _oracle.IsExact ? "nothing can round here" : $"the bound is {_oracle.Bound[slot]:G3}";
            var values = problem.Pass.GradientCount() > 1 ? $"elements, at first in {PartOf(FlatIndex(slot)).Gradient.Name()}: "
                : problem.DType.IsComplex() ? FlatIndex(slot) % 2 == 0 ? "real and imaginary parts: real part " : "real and imaginary parts: imaginary part " : "outputs: ";
            result.Detail = $"{Blamed(blamed)} wrong in {result.WrongElements} of {result.Elements} {values}"
                + $"{NumberText.Format(wrong, problem.DType)} where {NumberText.Format(_oracle.Exact[slot], problem.DType)} is exact ({bound})";
            return;
        }

        if (_oracle.Gradients.Count > 1 && !expected.IsEmpty)
        {
            JudgeAccuracyOfEach(result, problem, actual, expected);
        }
        else
        {
            JudgeAccuracy(result, problem, measure.Judged, measure.Products, "", !expected.IsEmpty);
        }
    }

    private GradientPart PartOf(long flatIndex) => _oracle.Gradients.First(part => flatIndex < part.End);

    /// <summary>Of several gradients each by itself: their sizes differ, and the errors of the larger would hide those of the others.</summary>
    private void JudgeAccuracyOfEach(Judgement result, Problem problem, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        foreach (var part in _oracle.Gradients)
        {
            var (judged, products) = (0L, 1L);
            var (ofCandidate, ofReference, exactSquares, magnitudeSquares) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < actual.Length && !_oracle.IsExact; i++)
            {
                var index = FlatIndex(i);
                var (exact, magnitude) = (_oracle.Exact[i], _oracle.Magnitude[i]);
                if (index < part.Start || index >= part.End || !double.IsFinite(exact) || !_oracle.IsDefined(i) || magnitude >= Precision.Of(problem.DType).Largest)
                {
                    continue;
                }

                judged++;
                products = Math.Max(products, _oracle.ProductsOf(part, index));
                ofCandidate += Square(actual[i] - exact - _oracle.Low[i]);
                ofReference += Square(expected[i] - exact - _oracle.Low[i]);
                exactSquares += exact * exact;
                magnitudeSquares += magnitude * magnitude;
            }

            if (judged < AccuracyElements)
            {
                continue;
            }

            var one = new Judgement
            {
                CandidateRms = Math.Sqrt(ofCandidate / judged),
                ReferenceRms = Math.Sqrt(ofReference / judged),
                TypicalRms = Math.Max(Math.Sqrt(exactSquares / judged), Math.Sqrt(magnitudeSquares / judged / products)),
                Elements = judged,
            };
            JudgeAccuracy(one, problem, judged, products, $" in {part.Gradient.Name()}", hasReference: true);
            result.CandidateAccuracy = Math.Max(result.CandidateAccuracy ?? 0, one.CandidateAccuracy ?? 0);
            result.ReferenceAccuracy = Math.Max(result.ReferenceAccuracy ?? 0, one.ReferenceAccuracy ?? 0);
            if (one.Verdict == Verdict.Failed)
            {
                result.Fail(one.Kind, one.Side, one.Detail);
                (result.IsProved, result.WrongElements) = (true, judged);
            }
        }
    }

    private static double Square(double value) => value * value;

    private static void JudgeAccuracy(Judgement result, Problem problem, long judged, double products, string where, bool hasReference)
    {
        if (judged < AccuracyElements || !hasReference)
        {
            return;
        }

        // Among denormals each rounding costs up to half the smallest one, whatever the values are.
        var precision = Precision.Of(problem.DType);
        var floor = Math.Max(precision.LargerRoundoff * result.TypicalRms, precision.LargerEta * Math.Sqrt(products));
        (result.CandidateAccuracy, result.ReferenceAccuracy) = (Ratio(result.CandidateRms, result.ReferenceRms, floor), Ratio(result.ReferenceRms, result.CandidateRms, floor));
        if (result.CandidateRms > AccuracyFactor * Math.Max(result.ReferenceRms, floor))
        {
            Inaccurate(result, Side.Candidate, "candidate", where, result.CandidateRms, result.ReferenceRms, floor);
        }
        else if (result.ReferenceRms > AccuracyFactor * Math.Max(result.CandidateRms, floor))
        {
            Inaccurate(result, Side.Reference, "reference", where, result.ReferenceRms, result.CandidateRms, floor);
        }
    }

    private static double Ratio(double own, double other, double floor) => own == 0 ? 0 : own / Math.Max(other, floor);

    private static void Inaccurate(Judgement result, Side side, string name, string where, double own, double other, double floor)
    {
        result.Verdict = Verdict.Failed;
        result.Kind = MismatchKind.Accuracy;
        result.IsProved = true;
        result.Side = side;
        result.WrongElements = result.Elements;
        result.Detail = $"{name} is inside the bound, but its rms error{where} {own:G3} is {own / Math.Max(other, floor):G3} times what the other side shows is possible ({Math.Max(other, floor):G3}; {AccuracyFactor:G3} times is allowed)";
    }

    private void DecideByTolerance(Judgement result, Problem problem, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, Side blamed)
    {
        var wrong = 0L;
        var first = -1;
        for (var i = 0; i < actual.Length; i++)
        {
            if (!_tolerance.Agree(actual[i], expected[i], problem.DType))
            {
                first = first < 0 ? i : first;
                wrong++;
            }
        }

        if (wrong == 0)
        {
            return;
        }

        result.Verdict = Verdict.Failed;
        result.Kind = MismatchKind.Value;
        result.Side = blamed == Side.None ? Side.Candidate : blamed;
        result.IsProved = blamed != Side.None;
        result.WrongElements = wrong;
        result.FirstWrong = FlatIndex(first) / problem.DType.Parts();
        result.Detail = $"{wrong} of {actual.Length} outputs differ beyond {_tolerance.Text}: actual {NumberText.Format(actual[first], problem.DType)}, expected {NumberText.Format(expected[first], problem.DType)}, exact {NumberText.Format(_oracle.Exact[first], problem.DType)}";
    }

    private static void FillPassingTolerances(Judgement result, Problem problem, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        var (rtol, atol) = Tolerance.TorchDefaults(problem.DType);
        var (passingRtol, passingAtol) = (0.0, 0.0);
        for (var i = 0; i < actual.Length; i++)
        {
            var difference = Math.Abs(actual[i] - expected[i]);
            if (actual[i].Equals(expected[i]) || difference == 0)
            {
                continue;
            }

            var magnitude = Math.Abs(expected[i]);
            if (!double.IsFinite(difference))
            {
                (passingRtol, passingAtol) = (double.PositiveInfinity, double.PositiveInfinity);
                break;
            }

            passingAtol = Math.Max(passingAtol, difference - rtol * magnitude);
            passingRtol = Math.Max(passingRtol, difference <= atol ? 0 : (difference - atol) / magnitude);
        }

        (result.PassingRtol, result.PassingAtol) = (passingRtol, passingAtol);
    }

    private long FlatIndex(int slot) => _oracle.IsExhaustive ? slot : _oracle.Indices[slot];

    private bool IsMistrusted(out string why, long nonZero, long judged)
    {
        why = "";
        if (_oracle.Fed == 0)
        {
            return false;
        }

        if (nonZero == 0)
        {
            why = $"none of {_oracle.Fed} outputs into which products enter is other than zero";
        }
        else if (_oracle.Fed >= 8 && nonZero < _oracle.Fed / 4)
        {
            why = $"only {nonZero} of {_oracle.Fed} outputs into which products enter are other than zero";
        }
        else if (judged == 0)
        {
            why = "no output could be judged: whether they overflow depends on the order of summation, or of a gradient on zeros beyond its edges";
        }

        return why.Length > 0;
    }
}
