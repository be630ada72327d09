using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Distances of both sides from the oracle and from each other, over the evaluated outputs. The fast way is taken
/// where every number is finite and far from overflow; the slow way sorts out NaN, infinities and overflow one by one.
/// </summary>
internal struct Measure
{
    private double _candidateSquares;
    private double _referenceSquares;
    private double _exactSquares;
    private double _magnitudeSquares;
    private double _products;
    private double _candidateOverBound;
    private double _referenceOverBound;
    private double _absolute;
    private double _relative;
    private long _torchFailures;
    private long _signedZeros;
    private long _unjudged;

    /// <summary>Outputs where the candidate is wrong.</summary>
    public long CandidateWrong { get; private set; }

    /// <summary>Outputs where the reference is wrong.</summary>
    public long ReferenceWrong { get; private set; }

    /// <summary>Slot of the candidate's first wrong output.</summary>
    public int CandidateFirst { get; private set; }

    /// <summary>Slot of the reference's first wrong output.</summary>
    public int ReferenceFirst { get; private set; }

    /// <summary>The candidate's first wrong output is of the wrong class: NaN, an infinity or finite.</summary>
    public bool CandidateSpecial { get; private set; }

    /// <summary>The reference's first wrong output is of the wrong class.</summary>
    public bool ReferenceSpecial { get; private set; }

    /// <summary>The largest number of products that enter an output.</summary>
    public readonly double Products => _products;

    /// <summary>Outputs whose exact value is not zero.</summary>
    public long NonZero { get; private set; }

    /// <summary>Outputs judged.</summary>
    public long Judged { get; private set; }

    /// <summary>The sides of which at least one output is wrong.</summary>
    public readonly Side WrongSide => (CandidateWrong > 0 ? Side.Candidate : Side.None) | (ReferenceWrong > 0 ? Side.Reference : Side.None);

    /// <summary>Measures both sides, the reference only where it has values.</summary>
    public static Measure Of(OracleEvaluator oracle, Problem problem, TensorSet tensors, ReadOnlySpan<double> candidate, ReadOnlySpan<double> reference)
    {
        var measure = new Measure();
        if (!measure.TryFast(oracle, problem.DType, candidate, reference))
        {
            measure = new Measure();
            measure.Slow(oracle, problem.DType, problem.Pass, tensors, candidate, reference);
        }

        return measure;
    }

    /// <summary>
    /// Measures with vectors; false when something is not finite, may overflow, or is wrong, so that the slow way is needed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryFast(OracleEvaluator oracle, DType dtype, ReadOnlySpan<double> candidate, ReadOnlySpan<double> reference)
    {
        var exact = oracle.Exact;
        Judged = exact.Length;
        _products = oracle.MostProducts;
        if (oracle.IsExact)
        {
            NonZero = exact.Length - Spans.CountZeros(exact);
            if (!AllEqual(candidate, exact) || (!reference.IsEmpty && !AllEqual(reference, exact)))
            {
                return false;
            }

            _signedZeros = reference.IsEmpty ? 0 : CountOtherBits(candidate, reference);
            return true;
        }

        if (reference.IsEmpty)
        {
            return false;
        }

        var low = oracle.Low;
        var bound = oracle.Bound;
        var magnitude = oracle.Magnitude;
        var (rtol, atol) = Tolerance.TorchDefaults(dtype);
        var limit = new Vector<double>(Precision.Of(dtype).Largest / 2);
        var width = Vector<double>.Count;
        var tiny = new Vector<double>(double.Epsilon);
        var (vr, va) = (new Vector<double>(rtol), new Vector<double>(atol));
        var (cs, rs, es, ms) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var (cb, rb, ab, re) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var (fails, zeros, fine) = (Vector<long>.Zero, Vector<long>.Zero, Vector<long>.AllBitsSet);
        var (signed, sign) = (Vector<long>.Zero, new Vector<long>(long.MinValue));
        var i = 0;
        for (; i + width <= exact.Length; i += width)
        {
            var c = new Vector<double>(candidate[i..]);
            var r = new Vector<double>(reference[i..]);
            var e = new Vector<double>(exact[i..]);
            var lo = new Vector<double>(low[i..]);
            var b = new Vector<double>(bound[i..]);
            var m = new Vector<double>(magnitude[i..]);
            var ec = Vector.Abs(c - e - lo);
            var er = Vector.Abs(r - e - lo);
            // Comparisons with NaN are false, so one that is not finite on any side ends the fast way.
            fine &= Vector.LessThan(m, limit) & Vector.LessThanOrEqual(ec, b) & Vector.LessThanOrEqual(er, b);
            var difference = Vector.Abs(c - r);
            var absolute = Vector.Abs(r);
            fails += Vector.GreaterThan(difference, va + vr * absolute);
            zeros += Vector.Equals(e, Vector<double>.Zero);
            // Equal and of opposite sign: +0 and -0.
            signed += Vector.Equals(difference, Vector<double>.Zero) & Vector.Equals(c.As<double, long>() ^ r.As<double, long>(), sign);
            cs += ec * ec;
            rs += er * er;
            es += e * e;
            ms += m * m;
            cb = Vector.Max(cb, ec / (b + tiny));
            rb = Vector.Max(rb, er / (b + tiny));
            ab = Vector.Max(ab, difference);
            re = Vector.Max(re, difference / (absolute + tiny));
        }

        if (!Vector.EqualsAll(fine, Vector<long>.AllBitsSet))
        {
            return false;
        }

        _candidateSquares = Vector.Sum(cs);
        _referenceSquares = Vector.Sum(rs);
        _exactSquares = Vector.Sum(es);
        _magnitudeSquares = Vector.Sum(ms);
        _torchFailures = -Vector.Sum(fails);
        _signedZeros = -Vector.Sum(signed);
        NonZero = i + Vector.Sum(zeros);
        for (var j = 0; j < width; j++)
        {
            _candidateOverBound = Math.Max(_candidateOverBound, cb[j]);
            _referenceOverBound = Math.Max(_referenceOverBound, rb[j]);
            _absolute = Math.Max(_absolute, ab[j]);
            _relative = Math.Max(_relative, re[j]);
        }

        for (; i < exact.Length; i++)
        {
            var (c, r) = (candidate[i], reference[i]);
            var ec = Math.Abs(c - exact[i] - low[i]);
            var er = Math.Abs(r - exact[i] - low[i]);
            if (!(magnitude[i] < limit[0] && ec <= bound[i] && er <= bound[i]))
            {
                return false;
            }

            Add(exact[i], magnitude[i], bound[i], ec, er);
            Differ(c, r, rtol, atol);
        }

        return double.IsFinite(_magnitudeSquares) && double.IsFinite(_candidateSquares) && double.IsFinite(_referenceSquares);
    }

    /// <summary>Measures one by one.</summary>
    private void Slow(OracleEvaluator oracle, DType dtype, Pass pass, TensorSet tensors, ReadOnlySpan<double> candidate, ReadOnlySpan<double> reference)
    {
        var largest = Precision.Of(dtype).Largest;
        var overflow = dtype.IsComplex() ? double.PositiveInfinity : Precision.Of(dtype).Overflow;
        // In complex numbers the class of what is not finite depends on how a product is made.
        var finiteInputs = dtype.IsComplex() || AreFinite(pass, tensors);
        var (rtol, atol) = Tolerance.TorchDefaults(dtype);
        _products = oracle.MostProducts;
        for (var i = 0; i < oracle.Count; i++)
        {
            var exact = oracle.Exact[i];
            if (!reference.IsEmpty)
            {
                Differ(candidate[i], reference[i], rtol, atol);
            }

            if (oracle.IsDefined(i) && !oracle.IsExact && finiteInputs && MustOverflow(exact, oracle.Magnitude[i], oracle.Bound[i], overflow))
            {
                Judged++;
                NonZero++;
                var infinity = double.CopySign(double.PositiveInfinity, exact);
                if (candidate[i] != infinity)
                {
                    (CandidateFirst, CandidateSpecial) = CandidateWrong++ == 0 ? (i, true) : (CandidateFirst, CandidateSpecial);
                }

                if (!reference.IsEmpty && reference[i] != infinity)
                {
                    (ReferenceFirst, ReferenceSpecial) = ReferenceWrong++ == 0 ? (i, true) : (ReferenceFirst, ReferenceSpecial);
                }

                continue;
            }

            if (!oracle.IsDefined(i) || (!oracle.IsExact && MayOverflow(oracle.Magnitude[i], largest, finiteInputs)))
            {
                _unjudged++;
                NonZero++;
                continue;
            }

            Judged++;
            var (ec, candidateSpecial) = Distance(oracle, i, candidate[i]);
            if (!(ec <= oracle.Bound[i]))
            {
                (CandidateFirst, CandidateSpecial) = CandidateWrong++ == 0 ? (i, candidateSpecial) : (CandidateFirst, CandidateSpecial);
            }

            var er = 0.0;
            if (!reference.IsEmpty)
            {
                (er, var referenceSpecial) = Distance(oracle, i, reference[i]);
                if (!(er <= oracle.Bound[i]))
                {
                    (ReferenceFirst, ReferenceSpecial) = ReferenceWrong++ == 0 ? (i, referenceSpecial) : (ReferenceFirst, ReferenceSpecial);
                }
            }

            if (double.IsFinite(exact))
            {
                Add(exact, oracle.IsExact ? 0 : oracle.Magnitude[i], oracle.Bound[i], ec, er);
            }
            else
            {
                NonZero++;
            }
        }
    }

    /// <summary>Writes what was measured into a judgement.</summary>
    public readonly void Report(Judgement result, bool hasReference)
    {
        var count = Math.Max(1, Judged);
        result.Unjudged = _unjudged;
        result.SignedZeros = _signedZeros;
        result.CandidateErrorOverBound = _candidateOverBound;
        result.ReferenceErrorOverBound = _referenceOverBound;
        result.CandidateRms = Math.Sqrt(_candidateSquares / count);
        result.ReferenceRms = Math.Sqrt(_referenceSquares / count);
        result.TypicalRms = Math.Max(Math.Sqrt(_exactSquares / count), Math.Sqrt(_magnitudeSquares / count / Math.Max(1, _products)));
        if (hasReference)
        {
            result.GreatestAbsoluteDifference = _absolute;
            result.GreatestRelativeDifference = _relative;
            result.TorchClose = _torchFailures == 0;
        }
    }

    private static bool AllEqual(ReadOnlySpan<double> actual, ReadOnlySpan<double> exact)
    {
        var width = Vector<double>.Count;
        var i = 0;
        for (; i + width <= actual.Length; i += width)
        {
            if (!Vector.EqualsAll(new Vector<double>(actual[i..]), new Vector<double>(exact[i..])))
            {
                return false;
            }
        }

        for (; i < actual.Length; i++)
        {
            if (actual[i] != exact[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Of numbers that are equal in pairs, those that are +0 on one side and -0 on the other.</summary>
    private static long CountOtherBits(ReadOnlySpan<double> candidate, ReadOnlySpan<double> reference)
    {
        var a = MemoryMarshal.Cast<double, long>(candidate);
        var b = MemoryMarshal.Cast<double, long>(reference);
        var count = 0L;
        for (var i = a.CommonPrefixLength(b); i < a.Length; i++)
        {
            count += a[i] != b[i] ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether all numbers that enter a pass are finite.</summary>
    public static bool AreFinite(Pass pass, TensorSet tensors) => pass == Pass.Forward
        ? tensors.Input.IsFinite() && tensors.Weight.IsFinite() && (tensors.Bias is null || tensors.Bias.IsFinite())
        : (!pass.HasFlag(Pass.GradInput) || tensors.Weight.IsFinite()) && (!pass.HasFlag(Pass.GradWeight) || tensors.Input.IsFinite())
            && (tensors.GradOutput is null || tensors.GradOutput.IsFinite());

    /// <summary>With finite inputs, a magnitude beyond the largest value may or may not overflow on the way.</summary>
    private static bool MayOverflow(double magnitude, double largest, bool finiteInputs) =>
        double.IsFinite(magnitude) ? magnitude >= largest : finiteInputs;

    /// <summary>
    /// Whether a sum overflows in every order: all its terms have one sign, so that no partial sum exceeds it, and with the largest
    /// rounding error it is still beyond what rounds to a finite number.
    /// </summary>
    private static bool MustOverflow(double exact, double magnitude, double bound, double overflow) =>
        double.IsFinite(magnitude) && Math.Abs(exact) >= magnitude * (1 - 1e-12) && Math.Abs(exact) - bound >= overflow;

    /// <summary>|y - exact|; 0 for the right NaN or infinity, infinite for a wrong one.</summary>
    private static (double Distance, bool Special) Distance(OracleEvaluator oracle, int slot, double y)
    {
        var exact = oracle.Exact[slot];
        if (double.IsFinite(exact))
        {
            return double.IsFinite(y) ? (Math.Abs(y - exact - oracle.Low[slot]), false) : (double.PositiveInfinity, true);
        }

        // The bound of such an output is NaN or infinite: only the class counts, and is given as a distance of NaN.
        return exact.Equals(y) ? (double.NegativeInfinity, false) : (double.NaN, true);
    }

    private void Add(double exact, double magnitude, double bound, double candidateError, double referenceError)
    {
        NonZero += exact != 0 ? 1 : 0;
        _exactSquares += exact * exact;
        _magnitudeSquares += magnitude * magnitude;
        _candidateSquares += candidateError * candidateError;
        _referenceSquares += referenceError * referenceError;
        _candidateOverBound = Math.Max(_candidateOverBound, candidateError / (bound + double.Epsilon));
        _referenceOverBound = Math.Max(_referenceOverBound, referenceError / (bound + double.Epsilon));
    }

    private void Differ(double candidate, double reference, double rtol, double atol)
    {
        if (candidate == reference)
        {
            _signedZeros += candidate == 0 && double.IsNegative(candidate) != double.IsNegative(reference) ? 1 : 0;
            return;
        }

        if (double.IsNaN(candidate) && double.IsNaN(reference))
        {
            return;
        }

        var difference = Math.Abs(candidate - reference);
        _torchFailures += difference <= atol + rtol * Math.Abs(reference) && double.IsFinite(difference) ? 0 : 1;
        if (double.IsFinite(difference))
        {
            _absolute = Math.Max(_absolute, difference);
            _relative = Math.Max(_relative, difference / (Math.Abs(reference) + double.Epsilon));
        }
    }
}
