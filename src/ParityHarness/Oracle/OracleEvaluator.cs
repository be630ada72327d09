using System.Runtime.InteropServices;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Oracle;

/// <summary>
/// ConvTranspose1d by its definition in higher precision, with a bound on the error that any honest implementation stays
/// within (<see cref="ErrorBounds"/>). Shares no code with the kernels.
/// <para>
/// float32, float16 and bfloat16 are summed in float64 (<see cref="DoubleRowSum"/>), float64 as if in twice its precision
/// (<see cref="CompensatedRowSum"/>), complex numbers by parts. Where no partial sum can round
/// (<see cref="TensorSet.IsExact"/>) sums are exact as they stand and no bound is needed, and int64 is summed modulo 2^64, where
/// every order gives the same bits (<see cref="ExactRowSum{T}"/>). Gradients: <see cref="GradientSums"/>.
/// </para>
/// <para>Of a large problem a sample is evaluated (<see cref="Sampling"/>), and what else the caller names.</para>
/// </summary>
internal sealed class OracleEvaluator
{
    /// <summary>Up to so many products every output is evaluated, above it a sample. Exact sums are cheaper.</summary>
    private const long ExhaustiveProducts = 1 << 15;
    private const long ExhaustiveExactProducts = 1 << 17;

    private readonly OracleValues _values = new();
    private readonly ForwardSums _forward = new();
    private readonly GradientSums _gradients = new();
    private IPassSums _sums;
    private double[] _distances = [];
    private Problem _problem = new();
    private int _parts;

    /// <summary>An oracle that keeps its arrays from problem to problem.</summary>
    public OracleEvaluator() => _sums = _forward;

    /// <summary>Number of output values evaluated; a complex output is two, the real and the imaginary part.</summary>
    public int Count => _values.Count;

    /// <summary>Whether every output was evaluated; else <see cref="Indices"/> tells which.</summary>
    public bool IsExhaustive => _values.IsExhaustive;

    /// <summary>Whether sums were exact, so that results must be equal bit by bit.</summary>
    public bool IsExact { get; private set; }

    /// <summary>The flat indices of the evaluated values where not all are.</summary>
    public ReadOnlySpan<long> Indices => _values.Indices;

    /// <summary>The exact outputs, rounded to float64.</summary>
    public ReadOnlySpan<double> Exact => _values.Exact;

    /// <summary>The exact outputs of int64.</summary>
    public ReadOnlySpan<long> Whole => _values.Whole;

    /// <summary>What must be added to <see cref="Exact"/>, for float64 problems.</summary>
    public ReadOnlySpan<double> Low => _values.Low;

    /// <summary>sum|x||w| + |bias| of each output; undefined where sums are exact.</summary>
    public ReadOnlySpan<double> Magnitude => _values.Magnitude;

    /// <summary>The error bound of each output; 0 where sums are exact.</summary>
    public ReadOnlySpan<double> Bound => _values.Bound;

    /// <summary>The gradients of the answer; none in the forward pass.</summary>
    public IReadOnlyList<OutputPart> Gradients => _problem.IsBackward ? _sums.Parts : [];

    /// <summary>The largest number of products that enter an output.</summary>
    public double MostProducts => _sums.MostProducts;

    /// <summary>Number of evaluated outputs into which at least one product or a bias enters.</summary>
    public int Fed { get; private set; }

    /// <summary>Whether an evaluated value is defined, so that it can be judged: all outputs are, some elements of gradients are not.</summary>
    public bool IsDefined(int slot) => !_sums.HasUndefined || !_values.Undefined[slot];

    /// <summary>The flat index of a value that was evaluated.</summary>
    public long FlatIndex(int slot) => IsExhaustive ? slot : _values.Indices[slot];

    /// <summary>How many products enter an element of a gradient.</summary>
    public long ProductsOf(in OutputPart part, long flatIndex) => _sums.ProductsAt(part, (flatIndex - part.Start) % part.Length);

    /// <summary>
    /// Evaluates a legal problem: all outputs, or a sample of a large one unless <paramref name="all"/>. The regimes
    /// whose outputs differ much among each other are never sampled.
    /// </summary>
    public void Evaluate(Problem problem, TensorSet tensors, long outputLength, bool all = false)
    {
        (_problem, _parts, IsExact) = (problem, problem.DType.Parts(), tensors.IsExact);
        var geometry = new Geometry(problem, outputLength);
        if (problem.IsBackward)
        {
            _gradients.Begin(problem, tensors, geometry);
            _sums = _gradients;
        }
        else
        {
            _forward.Begin(problem, tensors, geometry);
            _sums = _forward;
        }

        var limit = IsExact ? ExhaustiveExactProducts : ExhaustiveProducts;
        if (all || _sums.Products <= limit || problem.Regime is not (Regime.Integer or Regime.Random))
        {
            EvaluateAll();
            return;
        }

        Clear(isExhaustive: false);
        foreach (var part in _sums.Parts)
        {
            foreach (var window in Sampling.Windows(part, _sums, geometry, problem.DataSeed))
            {
                var first = (part.Start + window.Row * part.Length + window.From) * _parts;
                if (!_values.Contains(first) && !_values.Contains(first + window.Length * _parts - 1))
                {
                    _values.Reserve(Count + checked((int)(window.Length * _parts)));
                    EvaluateWindow(part, window.Row, window.From, window.From + window.Length);
                }
            }
        }
    }

    /// <summary>Evaluates every output of the problem that was last evaluated.</summary>
    public void EvaluateAll()
    {
        Clear(isExhaustive: true);
        _values.Reserve(checked((int)(_sums.Parts[^1].End * _parts)));
        foreach (var part in _sums.Parts)
        {
            for (var row = 0L; row < part.Rows; row++)
            {
                EvaluateWindow(part, row, 0, part.Length);
            }
        }
    }

    /// <summary>Evaluates, after a sample, those outputs too that are not evaluated yet; every output where there is no list.</summary>
    /// <param name="indices">The flat indices of values, ascending; loses those that were evaluated.</param>
    public void EvaluateAlso(List<long>? indices)
    {
        if (indices is null)
        {
            EvaluateAll();
            return;
        }

        indices.RemoveAll(_values.Contains);
        EvaluateAt(CollectionsMarshal.AsSpan(indices));
    }

    /// <summary>Evaluates further outputs, given by the flat indices of values, ascending, after a sample.</summary>
    public void EvaluateAt(ReadOnlySpan<long> indices)
    {
        _values.Reserve(Count + indices.Length * _parts);
        var last = -1L;
        foreach (var index in indices)
        {
            var element = index / _parts;
            if (element != last)
            {
                last = element;
                var part = _sums.Parts.First(part => element < part.End);
                var (row, position) = Math.DivRem(element - part.Start, part.Length);
                EvaluateWindow(part, row, position, position + 1);
            }
        }
    }

    /// <summary>
    /// By how much the sides may differ at each position of a row (of several gradients at each element) before an output outside
    /// the sample is evaluated too: a 16th of its bound; with fewer than 64 products, where honest sides differ by more than that,
    /// half of it. The magnitude, which is not known outside the sample, is taken as half the sample's mean for each product.
    /// </summary>
    public ReadOnlySpan<double> SuspectDistances()
    {
        var isRow = _sums.Parts.Count == 1;
        var length = (int)((isRow ? _sums.Parts[0].Length : _sums.Parts[^1].End) * _parts);
        Spans.Grow(ref _distances, length);
        var distances = _distances.AsSpan(0, length);
        distances.Clear();
        foreach (var part in IsExact ? [] : _sums.Parts)
        {
            var each = MeanMagnitude(part) / 2;
            var end = isRow ? part.Length : part.End;
            for (var position = 0L; position < part.Length; position++)
            {
                var terms = (double)_sums.ProductsAt(part, position);
                var (gamma, underflow) = _sums.BoundsAt(part, position);
                var distance = (gamma * terms * each + underflow) * (terms < 64 ? 0.5 : 1.0 / 16);
                for (var element = part.Start + position; element < end; element += part.Length)
                {
                    distances.Slice((int)element * _parts, _parts).Fill(distance);
                }
            }
        }

        return distances;
    }

    private void EvaluateWindow(in OutputPart part, long row, long from, long to)
    {
        var flat = (part.Start + row * part.Length + from) * _parts;
        Fed += _sums.Evaluate(part, row, from, to, _values.Append(flat, (int)(to - from) * _parts));
    }

    private void Clear(bool isExhaustive)
    {
        _values.Clear(_problem.DType, isExhaustive);
        Fed = 0;
    }

    /// <summary>The sample's mean magnitude of a product.</summary>
    private double MeanMagnitude(in OutputPart part)
    {
        var (magnitude, products) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            var element = _values.Indices[i] / _parts;
            if (element >= part.Start && element < part.End)
            {
                magnitude += _values.Magnitude[i];
                products += _sums.ProductsAt(part, (element - part.Start) % part.Length);
            }
        }

        return magnitude / Math.Max(1, products);
    }
}
