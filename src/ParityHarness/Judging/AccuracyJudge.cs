using ParityHarness.Oracle;
using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>
/// Judges the rms error of each side by that of the other: what hides inside the bound, such as inputs rounded to bfloat16,
/// is far less accurate than what the other side shows is possible.
/// </summary>
internal static class AccuracyJudge
{
    /// <summary>Outputs from which on the rms error is judged.</summary>
    public const int FewestOutputs = 32;

    /// <summary>By how much one side's rms error may exceed the larger of the other's and u times the typical partial sum.</summary>
    public const double Factor = 16;

    /// <param name="oracle">Has evaluated the problem.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="measure">The distances of both sides.</param>
    /// <param name="actual">The candidate's values.</param>
    /// <param name="expected">The reference's values, empty where it has none: then accuracy is not judged.</param>
    /// <param name="numbers">Takes the accuracy of both sides.</param>
    public static Finding? Judge(OracleEvaluator oracle, Problem problem, in Measure measure, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, Judgement numbers)
    {
        if (expected.IsEmpty)
        {
            return null;
        }

        if (oracle.Gradients.Count <= 1)
        {
            var errors = new RmsErrors(measure.Judged, measure.Products, numbers.CandidateRms, numbers.ReferenceRms, numbers.TypicalRms);
            return Judge(problem, errors, "", oracle.Count, numbers);
        }

        // Of several gradients each by itself: their sizes differ, and the errors of the larger would hide those of the others.
        Finding? last = null;
        foreach (var part in oracle.IsExact ? [] : oracle.Gradients)
        {
            var errors = ErrorsOf(part, oracle, problem, actual, expected);
            last = Judge(problem, errors, $" in {part.Pass.Name()}", errors.Judged, numbers) ?? last;
        }

        return last;
    }

    private static Finding? Judge(Problem problem, in RmsErrors errors, string where, long wrongElements, Judgement numbers)
    {
        if (errors.Judged < FewestOutputs)
        {
            return null;
        }

        // Among denormals each rounding costs up to half the smallest one, whatever the values are.
        var precision = Precision.Of(problem.DType);
        var floor = Math.Max(precision.LargerRoundoff * errors.Typical, precision.LargerEta * Math.Sqrt(errors.Products));
        var candidateLimit = Math.Max(errors.Reference, floor);
        var referenceLimit = Math.Max(errors.Candidate, floor);
        numbers.CandidateAccuracy = Math.Max(numbers.CandidateAccuracy ?? 0, Ratio(errors.Candidate, candidateLimit));
        numbers.ReferenceAccuracy = Math.Max(numbers.ReferenceAccuracy ?? 0, Ratio(errors.Reference, referenceLimit));
        if (errors.Candidate > Factor * candidateLimit)
        {
            return Inaccurate(Side.Candidate, "candidate", where, errors.Candidate, candidateLimit, wrongElements);
        }

        return errors.Reference > Factor * referenceLimit
            ? Inaccurate(Side.Reference, "reference", where, errors.Reference, referenceLimit, wrongElements)
            : null;
    }

    private static double Ratio(double own, double limit) => own == 0 ? 0 : own / limit;

    private static Finding Inaccurate(Side side, string name, string where, double own, double limit, long wrongElements) => Finding.Prove(
        MismatchKind.Accuracy,
        side,
        $"{name} is inside the bound, but its rms error{where} {own:G3} is {own / limit:G3} times what the other side shows is possible ({limit:G3}; {Factor:G3} times is allowed)",
        wrongElements);

    private static RmsErrors ErrorsOf(OutputPart part, OracleEvaluator oracle, Problem problem, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        var largest = Precision.Of(problem.DType).Largest;
        var (judged, products) = (0L, 1L);
        var (ofCandidate, ofReference, exactSquares, magnitudeSquares) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < actual.Length; i++)
        {
            var index = oracle.FlatIndex(i);
            var (exact, magnitude) = (oracle.Exact[i], oracle.Magnitude[i]);
            if (index < part.Start || index >= part.End || !double.IsFinite(exact) || !oracle.IsDefined(i) || magnitude >= largest)
            {
                continue;
            }

            judged++;
            products = Math.Max(products, oracle.ProductsOf(part, index));
            ofCandidate += Square(actual[i] - exact - oracle.Low[i]);
            ofReference += Square(expected[i] - exact - oracle.Low[i]);
            exactSquares += Square(exact);
            magnitudeSquares += Square(magnitude);
        }

        return new RmsErrors(
            judged,
            products,
            Math.Sqrt(ofCandidate / judged),
            Math.Sqrt(ofReference / judged),
            Math.Max(Math.Sqrt(exactSquares / judged), Math.Sqrt(magnitudeSquares / judged / products)));
    }

    private static double Square(double value) => value * value;

    /// <summary>Errors over so many judged outputs, of which the largest has so many products.</summary>
    private readonly record struct RmsErrors(long Judged, double Products, double Candidate, double Reference, double Typical);
}
