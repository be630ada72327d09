using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// Finds the number that must be large for a problem to fail, and how large, by bisection: it is claimed only where problems of other
/// shapes with the same number fail too, and all put the limit at the same place.
/// </summary>
/// <param name="fails">Whether a problem fails, or null where that cannot be told.</param>
internal sealed class Thresholds(Func<Problem, bool?> fails)
{
    /// <summary>Smaller numbers are conditions by themselves.</summary>
    private const long Least = 9;

    private static readonly Func<Problem, Problem>[] OtherShapes =
    [
        p => p,
        p => p with { KernelSize = 1, Padding = 0 },
        p => p with { KernelSize = p.KernelSize + 2 },
        p => p with { Stride = p.Stride + 1 },
        p => p with { Unbatched = false, Batch = p.Unbatched ? 2 : p.Batch + 1 },
        p => p with { InChannels = p.InChannels * 2, OutChannels = p.OutChannels * 2, Groups = p.Groups * 2 },
        p => p with { OutChannels = p.OutChannels * 2 },
        p => p with { InChannels = p.InChannels * 2 },
        p => p with { Length = p.Length + 5 },
        p => p with { Dilation = p.Dilation + 1 },
        p => p with { HasBias = !p.HasBias && !p.IsBackward },
    ];

    /// <summary>The limits that a failing problem is above, each as a condition, the plainest first.</summary>
    public IReadOnlyList<Condition> Find(Problem problem)
    {
        var found = new List<Condition>();
        foreach (var quantity in Quantity.All.Where(q => q.Of(problem) >= Least))
        {
            if (Limit(quantity, problem) is { } limit)
            {
                found.Add(quantity.Above(limit.Passes, limit.Fails));
            }
        }

        return found;
    }

    /// <summary>The largest number that passes and the smallest that fails, over all shapes; null where they contradict each other.</summary>
    private (long Passes, long Fails)? Limit(Quantity quantity, Problem problem)
    {
        var (passes, failsAt) = (0L, quantity.Of(problem));
        var shapes = 0;
        foreach (var shape in OtherShapes.Select(other => other(problem)).Where(s => ReferenceEquals(s, problem) || s != problem))
        {
            foreach (var driver in quantity.Drivers)
            {
                // The shape with the same number as the failing problem, or a little more.
                if (Bisect(v => quantity.Of(driver.Set(shape, v)) >= failsAt, 1, MostOf(driver, problem, failsAt)) is not { } same
                    || fails(driver.Set(shape, same)) is not { } fail)
                {
                    continue;
                }

                if (!fail)
                {
                    // A shape that does not fail with more of it either lacks something else.
                    if (fails(driver.Set(shape, 4 * same)) == true)
                    {
                        return null;
                    }

                    continue;
                }

                shapes++;
                var limit = Bisect(v => fails(driver.Set(shape, v)) == true, 1, same) ?? same;
                failsAt = Math.Min(failsAt, quantity.Of(driver.Set(shape, limit)));
                var below = driver.Set(shape, limit - 1);
                if (limit > 1 && fails(below) == false)
                {
                    passes = Math.Max(passes, quantity.Of(below));
                }

                if (passes >= failsAt)
                {
                    return null;
                }
            }
        }

        // Where every small one fails too there is no limit.
        return shapes >= 2 && passes > 1 ? (passes, failsAt) : null;
    }

    private static long MostOf(Quantity.Driver driver, Problem problem, long number) => Math.Max(driver.Get(problem) * 4, number) + 8;

    /// <summary>The least value from low to high for which something holds that then holds for all above it; null where it does not hold at high.</summary>
    private static long? Bisect(Func<long, bool> holds, long low, long high)
    {
        if (!holds(high))
        {
            return null;
        }

        while (low < high)
        {
            var middle = low + (high - low) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
