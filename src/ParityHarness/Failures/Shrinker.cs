using System.Diagnostics;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// Makes a failing problem small: parameters first, then the numbers in its tensors, towards 0 and 1, until nothing
/// smaller fails in the same way. The result is a local minimum: no single step of <see cref="ParameterSteps"/> leads on.
/// </summary>
internal sealed class Shrinker
{
    private const long Slack = 1 << 12;

    private readonly Func<Problem, bool> _fails;
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    private readonly TimeSpan _budget;
    private readonly bool _withNumbers;
    private readonly Stopwatch _clock = new();
    private long _mostBytes;

    /// <summary>A shrinker.</summary>
    /// <param name="fails">Whether a problem fails in the same way as the one that is shrunk.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="withNumbers">Whether the numbers in the tensors are made plain too.</param>
    public Shrinker(Func<Problem, bool> fails, TimeSpan budget, bool withNumbers = true) => (_fails, _budget, _withNumbers) = (fails, budget, withNumbers);

    /// <summary>Problems tried so far.</summary>
    public int Tried { get; private set; }

    /// <summary>Whether it stopped because the budget was used up, so that the result may not be the smallest.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>The smallest problem found that fails; the given one where nothing smaller does.</summary>
    public Problem Shrink(Problem problem)
    {
        _clock.Start();
        // Less padding may leave an output of gigabytes, which is not smaller in any sense.
        _mostBytes = ProblemSize.Bytes(problem) + Slack;
        var plainest = ParameterSteps.Plainest(problem).FirstOrDefault(Fails) ?? problem;
        var smallest = Descend(plainest, ParameterSteps.Of);
        if (!_withNumbers)
        {
            return smallest;
        }

        var literal = smallest;
        if (!Literals.Has(smallest))
        {
            if (Literals.Write(smallest) is not { } written || !Fails(written))
            {
                return smallest;
            }

            literal = written;
        }

        while (true)
        {
            var before = literal;
            literal = Descend(literal, Literals.Simpler);
            // Numbers that have become plain may let a parameter go that was needed before.
            literal = Descend(literal, ParameterSteps.Of);
            if (ReferenceEquals(before, literal) || IsCutShort)
            {
                return literal;
            }
        }
    }

    private Problem Descend(Problem problem, Func<Problem, IEnumerable<Problem>> steps)
    {
        var moved = true;
        while (moved)
        {
            moved = false;
            foreach (var smaller in steps(problem))
            {
                if (Fails(smaller))
                {
                    problem = smaller;
                    moved = true;
                    break;
                }

                if (IsCutShort)
                {
                    return problem;
                }
            }
        }

        return problem;
    }

    private bool Fails(Problem problem)
    {
        IsCutShort |= _clock.Elapsed >= _budget;
        if (IsCutShort || ProblemSize.Bytes(problem) > _mostBytes || !_tried.Add(problem.ToString()))
        {
            return false;
        }

        Tried++;
        return _fails(problem);
    }
}
