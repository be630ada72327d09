using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>The minimal runner, which people copy, must be right for every problem, not only for the documented ones.</summary>
public sealed class NativeAgreementTests : IDisposable
{
    private readonly TensorSet _tensors = new();
    private readonly Outcome _mine = new();
    private readonly Outcome _theirs = new();

    [Fact]
    public void The_minimal_runner_refuses_exactly_what_the_rules_refuse()
    {
        using var runner = NativeProblem.Minimal();
        long[] values = [long.MinValue, -1, 0, 1, 2, 3, 5, 1L << 31, (1L << 32) + 1, 1L << 62, long.MaxValue];
        var reasons = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < 20_000; seed++)
        {
            var random = new CounterRandom(CounterRandom.Stream(seed, 0));
            long Value() => random.OneIn(3) ? random.Pick<long>(values) : random.Between(0, 3);
            long Size() => random.Between(0, 5);
            var groups = Size();
            var problem = new Problem
            {
                Batch = Size(),
                InChannels = Math.Max(groups, 1) * Size(),
                OutChannels = Math.Max(groups, 1) * Size(),
                Length = Size(),
                KernelSize = Size(),
                Stride = Value(),
                Padding = Value(),
                OutputPadding = Value(),
                Dilation = Value(),
                Groups = random.OneIn(16) ? Value() : groups,
                HasBias = random.OneIn(2),
                Unbatched = random.OneIn(4),
                Form = random.OneIn(4) ? Form.Module : Form.Functional,
            };
            var reason = ProblemRules.Check(problem, out var outputLength);
            if ((reason is null && outputLength > 1000) || problem.WeightShape.Any(s => s is < 0 or > 1000))
            {
                continue;
            }

            DataFiller.Fill(problem, _tensors);
            runner.Run(problem, _tensors, _mine);

            var expected = reason is { } r ? $"rejected {r}" : "completed";
            var actual = _mine.Kind == OutcomeKind.Rejected ? $"rejected {_mine.Reason}" : _mine.Kind.ToString().ToLowerInvariant();
            Assert.True(expected == actual, $"{problem}: {actual} instead of {expected}: {_mine.Message}");
            reasons.Add(expected);
        }

        Assert.True(reasons.Count >= 12, "too few kinds were met: " + string.Join(", ", reasons));
    }

    [Fact]
    public void The_minimal_runner_equals_libtorch_bit_by_bit_on_integers()
    {
        using var minimal = NativeProblem.Minimal();
        using var libtorch = NativeProblem.Libtorch();
        var compared = 0;
        for (var seed = 0UL; seed < 2_000; seed++)
        {
            var random = new CounterRandom(CounterRandom.Stream(seed, 0));
            var groups = random.Between(1, 3);
            var problem = new Problem
            {
                Batch = random.Between(1, 3),
                InChannels = groups * random.Between(1, 4),
                OutChannels = groups * random.Between(1, 4),
                Length = random.Between(1, 12),
                KernelSize = random.Between(1, 6),
                Stride = random.Between(1, 4),
                Padding = random.Between(0, 4),
                OutputPadding = random.Between(0, 3),
                Dilation = random.Between(1, 4),
                Groups = groups,
                HasBias = random.OneIn(2),
                Unbatched = random.OneIn(4),
                DType = random.OneIn(2) ? DType.Float32 : DType.Float64,
                Form = random.OneIn(4) ? Form.Module : Form.Functional,
                DataSeed = seed,
            };
            DataFiller.Fill(problem, _tensors);
            minimal.Run(problem, _tensors, _mine);
            libtorch.Run(problem, _tensors, _theirs);

            Assert.True((_mine.Kind, _mine.Reason) == (_theirs.Kind, _theirs.Reason), $"{problem}: {_mine.Kind} {_mine.Reason}, libtorch {_theirs.Kind} {_theirs.Reason}: {_theirs.Message}");
            if (_mine.Kind == OutcomeKind.Completed)
            {
                Assert.Equal(_theirs.Output.Shape, _mine.Output.Shape);
                Assert.True(NativeProblem.Values(_theirs).SequenceEqual(NativeProblem.Values(_mine)), $"{problem}: different values");
                compared++;
            }
        }

        Assert.True(compared > 1_000, $"only {compared} problems were compared");
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _mine.Dispose();
        _theirs.Dispose();
    }
}
