using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Results;

/// <summary>
/// In what two versions of one library differ where neither is wrong: other reasons for a rejection, other bits. What is
/// wrong in one of them is a divergence or a failure, and counted there.
/// </summary>
internal sealed class Drift
{
    /// <summary>Problems that both rejected, for different reasons.</summary>
    public long Reasons { get; set; }

    /// <summary>The first of them; empty when there is none.</summary>
    public string ReasonsExample { get; set; } = "";

    /// <summary>What each said there.</summary>
    public string ReasonsDetail { get; set; } = "";

    /// <summary>Problems whose outputs are not bitwise equal though both are right.</summary>
    public long Values { get; set; }

    /// <summary>The greatest difference between two finite outputs of a problem, as a part of that problem's largest output.</summary>
    public double GreatestDifference { get; set; }

    /// <summary>The problem with it; empty when there is none.</summary>
    public string ValuesExample { get; set; } = "";

    /// <summary>Whether two runners are versions, or levels, of one released library: torchsharp and libtorch are both libtorch.</summary>
    public static bool IsMeasured(string reference, string candidate) =>
        reference != candidate && RunnerCatalog.LibraryOf(reference) is { } library && library == RunnerCatalog.LibraryOf(candidate);

    /// <summary>Counts a problem that passed.</summary>
    public void Add(Problem problem, Judgement judgement, Outcome reference, Outcome candidate)
    {
        if (judgement.Kind == MismatchKind.Reason)
        {
            Reasons++;
            if (Reasons == 1)
            {
                (ReasonsExample, ReasonsDetail) = (problem.ToString(), $"{Fixtures.ReasonText.Format(reference.Reason)}, then {Fixtures.ReasonText.Format(candidate.Reason)}");
            }
        }

        if (reference.Kind != OutcomeKind.Completed || candidate.Kind != OutcomeKind.Completed || AreSameBits(reference.Output, candidate.Output))
        {
            return;
        }

        Values++;
        var difference = DifferenceOf(reference.Output, candidate.Output);
        if (Values == 1 || difference > GreatestDifference)
        {
            (GreatestDifference, ValuesExample) = (difference, problem.ToString());
        }
    }

    /// <summary>Adds what came of later problems.</summary>
    public void Add(Drift other)
    {
        if (Reasons == 0)
        {
            (ReasonsExample, ReasonsDetail) = (other.ReasonsExample, other.ReasonsDetail);
        }

        if (Values == 0 || other.GreatestDifference > GreatestDifference)
        {
            (GreatestDifference, ValuesExample) = (other.GreatestDifference, other.ValuesExample);
        }

        Reasons += other.Reasons;
        Values += other.Values;
    }

    private static unsafe bool AreSameBits(Tensor reference, Tensor candidate)
    {
        var bytes = reference.Count * reference.DType.Size();
        for (var start = 0L; start < bytes; start += int.MaxValue)
        {
            var length = (int)Math.Min(int.MaxValue, bytes - start);
            if (!new ReadOnlySpan<byte>(reference.Data + start, length).SequenceEqual(new ReadOnlySpan<byte>(candidate.Data + start, length)))
            {
                return false;
            }
        }

        return true;
    }

    private static double DifferenceOf(Tensor reference, Tensor candidate)
    {
        var (greatest, largest) = (0.0, 0.0);
        for (var i = 0L; i < reference.ValueCount; i++)
        {
            var (from, to) = (reference.At(i), candidate.At(i));
            if (double.IsFinite(from) && double.IsFinite(to))
            {
                greatest = Math.Max(greatest, Math.Abs(to - from));
                largest = Math.Max(largest, Math.Abs(from));
            }
        }

        return largest > 0 ? greatest / largest : 0;
    }
}
