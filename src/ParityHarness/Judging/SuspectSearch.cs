using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Finds the outputs of a sampled problem where the sides differ by more than a part of the bound, so that the oracle
/// evaluates them too; see <see cref="OracleEvaluator.SuspectDistances"/>.
/// </summary>
internal sealed class SuspectSearch(Tolerance tolerance)
{
    private readonly List<long> _suspects = [];

    /// <summary>The flat indices of the suspects, ascending; null where they are so many that all outputs are suspect.</summary>
    public List<long>? Find(OracleEvaluator oracle, Tensor reference, Tensor candidate)
    {
        _suspects.Clear();
        var distances = oracle.SuspectDistances();
        var limit = (int)Math.Max(4096, candidate.ValueCount / 8);
        var few = candidate.DType switch
        {
            DType.Int64 => Spans.FindApart<long>(candidate.Span<long>(), reference.Span<long>(), new long[distances.Length], _suspects, limit),
            // Another tolerance than the bound decides about every output, sampled or not.
            _ when !tolerance.IsBound => FindOneByOne(candidate, reference, distances, limit),
            DType.Float16 or DType.BFloat16 => FindOneByOne(candidate, reference, distances, limit),
            DType.Float32 or DType.Complex64 => FindInSingle(candidate, reference, distances, limit),
            _ => Spans.FindApart(candidate.Values<double>(), reference.Values<double>(), distances, _suspects, limit),
        };
        return few ? _suspects : null;
    }

    private bool FindInSingle(Tensor candidate, Tensor reference, ReadOnlySpan<double> distances, int limit)
    {
        var single = new float[distances.Length];
        Spans.ToSingle(distances, single);
        return Spans.FindApart<float>(candidate.Values<float>(), reference.Values<float>(), single, _suspects, limit);
    }

    private bool FindOneByOne(Tensor candidate, Tensor reference, ReadOnlySpan<double> distances, int limit)
    {
        for (var i = 0L; i < candidate.ValueCount && _suspects.Count <= limit; i++)
        {
            var (actual, expected) = (candidate.At(i), reference.At(i));
            if ((!tolerance.IsBound && !tolerance.Agree(actual, expected, candidate.DType))
                || !(Math.Abs(actual - expected) <= distances[(int)(i % distances.Length)]))
            {
                _suspects.Add(i);
            }
        }

        return _suspects.Count <= limit;
    }
}
