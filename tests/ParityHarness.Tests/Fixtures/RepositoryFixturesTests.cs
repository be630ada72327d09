using System.Numerics;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Reports;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tensors;
using ParityHarness.Tests.Oracle;

using Xunit;

namespace ParityHarness.Tests.Fixtures;

public sealed class RepositoryFixturesTests
{
    private static readonly string[] Names = ["documented", "opinfo", "rejections", "models", "model-passes", "regressions", "golden", "golden-2.10"];

    /// <summary>The versions on which each row was tried that names them.</summary>
    private static readonly (string Runner, string Version)[] Tried = [("libtorch", "1.13.1"), ("torchsharp", "2.10.0"), ("onednn", "2.6.3"), ("onnxruntime", "1.31.1")];

    public static TheoryData<string> Files => [.. Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_file_parses_and_can_be_written_back(string name)
    {
        var path = RecordsFolder.Fixture(name + ".csv");
        var rows = FixtureFile.Read(path);
        Assert.Equal(name == "regressions", rows.IsEmpty && File.ReadAllLines(path).Length == 1);
        // Answers of libraries are whole: only vectors that others published need a tolerance of their own.
        Assert.Equal(string.Join(',', FixtureFile.Columns.Remove("tolerance", StringComparer.Ordinal)), File.ReadLines(path).First());
    }

    [Fact]
    public void There_are_no_other_files() =>
        Assert.Equal(Names.Select(name => name + ".csv").Append("divergences.csv").Order(StringComparer.Ordinal), Directory.GetFiles(RecordsFolder.Fixtures, "*.csv").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));

    [Fact]
    public void The_first_documented_row_is_the_base_case()
    {
        var row = FixtureFile.Read(RecordsFolder.Fixture("documented.csv"))[0];
        Assert.Equal([1.0, 1, 1, 1], row.Problem.InputValues!.Value.ToArray());
        Assert.Equal([1.0, 2, 3], row.Problem.WeightValues!.Value.ToArray());
        Assert.Equal([1.0, 3, 6, 6, 5, 3], row.Expected!.Values.ToArray());
        Assert.Equal(RowForm.Both, row.Form);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_recorded_outcome_is_what_the_rules_say(string name)
    {
        foreach (var row in FixtureFile.Read(RecordsFolder.Fixture(name + ".csv")))
        {
            foreach (var problem in row.Problems)
            {
                var reason = ProblemRules.Check(problem, out var length);
                Assert.True((row.Outcome ?? OutcomeKind.Completed) == (reason is null ? OutcomeKind.Completed : OutcomeKind.Rejected), $"{row.Name}: {reason}");
                Assert.Equal((row.Name, row.Reason), (row.Name, reason ?? RejectionReason.Unspecified));
                if (row.OutputShape is { } shape)
                {
                    Assert.Equal(ProblemRules.OutputShape(problem, length), shape.ToArray());
                }
            }
        }
    }

    [Theory]
    [InlineData("documented")]
    [InlineData("opinfo")]
    [InlineData("rejections")]
    public void Each_expected_value_agrees_with_a_scatter_by_the_definition(string name)
    {
        using var tensors = new TensorSet();
        var compared = 0;
        foreach (var row in FixtureFile.Read(RecordsFolder.Fixture(name + ".csv")).Where(row => row.Outcome == OutcomeKind.Completed))
        {
            var expected = row.Expected!;
            DataFiller.Fill(row.Problem, tensors);
            var values = row.Problem.IsBackward
                ? [.. NaiveGradientTerms.Of(row.Problem, tensors).Select(terms => terms.Sum(term => term.X * term.W))]
                : Scatter(row, tensors);
            if (expected.Kind == ExpectedKind.Hash)
            {
                using var exact = new Tensor();
                exact.Reshape(row.Problem.DType, [.. row.OutputShape!.Value]);
                for (var i = 0; i < values.Length; i++)
                {
                    DataFiller.Store(exact, i, values[i], "");
                }

                Assert.Equal((row.Name, expected.Hash), (row.Name, ExpectedOutput.HashOf(exact)));
                compared += values.Length;
                continue;
            }

            Assert.Equal(expected.Kind == ExpectedKind.Values ? values.Length : ExpectedOutput.SampleSize, expected.Values.Length);
            for (var j = 0; j < expected.Values.Length; j++)
            {
                var i = expected.Kind == ExpectedKind.Sample ? (int)expected.Indices[j] : j;
                var allowed = tensors.IsExact ? 0 : row.Problem.DType.PartType() switch
                {
                    DType.Float16 => 0.02,
                    DType.BFloat16 => 0.15,
                    DType.Float32 => 1e-5,
                    _ => 1e-13,
                };
                Assert.True(Math.Abs(values[i] - expected.Values[j]) <= allowed, $"{row.Name} [{i}]: {values[i]}, recorded {expected.Values[j]}");
                compared++;
            }
        }

        Assert.True(compared > 50, $"only {compared} values compared");
    }

    [Fact]
    public void Each_check_has_a_row_that_it_rejects()
    {
        var reasons = FixtureFile.Read(RecordsFolder.Fixture("rejections.csv")).Select(row => row.Reason).ToHashSet();
        // No small problem overflows: divergences.csv holds what libtorch does there.
        Assert.Equal([RejectionReason.Overflow], Enum.GetValues<RejectionReason>().Where(reason => !reasons.Contains(reason)));
    }

    [Fact]
    public void The_sizes_around_the_checks_are_legal()
    {
        var legal = FixtureFile.Read(RecordsFolder.Fixture("rejections.csv")).Where(row => row.Outcome == OutcomeKind.Completed).Select(row => row.Problem).ToList();
        Assert.Contains(legal, p => p.OutputPadding >= p.Stride && p.OutputPadding < p.Dilation);
        Assert.Contains(legal, p => p.Stride > p.KernelSize);
        Assert.Contains(legal, p => p.Batch == 0);
    }

    [Fact]
    public void OpInfo_has_each_case_batched_and_not_in_all_types_regimes_and_passes()
    {
        var rows = FixtureFile.Read(RecordsFolder.Fixture("opinfo.csv"));
        Assert.Equal(170, rows.Length);
        Assert.Equal(7, rows.Select(row => row.Problem.DType).Distinct().Count());
        Assert.All(rows, row => Assert.Equal(RowForm.Both, row.Form));
        Assert.All(
            rows.GroupBy(row => (row.Problem.Unbatched, row.Problem.DType, row.Problem.Regime, row.Problem.IsBackward)),
            group => Assert.Equal(5, group.Select(row => string.Join('x', row.Problem.WeightShape) + 's' + row.Problem.Stride).Distinct(StringComparer.Ordinal).Count()));
    }

    [Fact]
    public void Each_divergence_has_a_witness_that_breaks_or_keeps_the_rules_as_it_says()
    {
        var divergences = DivergenceFile.Read(RecordsFolder.Fixture("divergences.csv"));
        Assert.NotEmpty(divergences);
        foreach (var divergence in divergences)
        {
            var legal = ProblemRules.Check(divergence.Witness, out _) is null;
            Assert.Equal((divergence.Name, legal), (divergence.Name, divergence.Reason.StartsWith("a legal", StringComparison.Ordinal) || divergence.Name is "module_output-size_dilation" or "onednn_weight-not-finite" or "bfloat16_plain-convolution" or "bfloat16_special" or "no-cache-sizes"));
            Assert.Contains(Tried, tried => divergence.Applies(tried.Runner, tried.Version, ["avx2", "avx512", "avx512_bf16", IsaLevels.NoCacheSizes]));
            Assert.False(divergence.Applies("torchsharp", "2.6.0", ["avx2"]), "nobody has tried it");
        }
    }

    [Fact]
    public void The_page_of_findings_is_made_of_the_rows() =>
        Assert.Equal(FindingsPage.Of(DivergenceFile.Read(RecordsFolder.Fixture("divergences.csv"))), File.ReadAllText(RecordsFolder.Fixture("divergences.md")));

    [Fact]
    public void No_ordinary_problem_is_covered_by_a_divergence()
    {
        // On a processor that hides its cache sizes, and by ONNX Runtime, ordinary problems go wrong.
        var divergences = DivergenceFile.Read(RecordsFolder.Fixture("divergences.csv")).RemoveAll(d => d.Cpu == IsaLevels.NoCacheSizes || d.References.All(r => r.Name == "onnxruntime"));
        foreach (var name in Names)
        {
            foreach (var problem in FixtureFile.Read(RecordsFolder.Fixture(name + ".csv")).SelectMany(row => row.Problems))
            {
                // 2.10.0 takes what PyTorch rejects, and multiplies infinite weights by what is not there.
                var ordinary = ProblemRules.Check(problem, out _) is null && problem.Regime != Regime.Special && problem.DType != DType.BFloat16;
                Assert.DoesNotContain(divergences, divergence => divergence.Covers(problem) && (ordinary || divergence.Applies("libtorch", "1.13.1", ["avx2"])));
            }
        }
    }

    [Fact]
    public void Each_dtype_and_each_set_of_gradients_has_recorded_answers()
    {
        var golden = FixtureFile.Read(RecordsFolder.Fixture("golden.csv")).Where(row => row.Outcome == OutcomeKind.Completed).ToArray();
        Assert.All(Enum.GetValues<DType>().Where(dtype => !dtype.IsNeverImplemented()), dtype => Assert.Contains(golden, row => row.Problem.DType == dtype));
        Assert.Equal(8, golden.Select(row => row.Problem.Pass).Distinct().Count());
        Assert.All(golden, row => Assert.Equal(row.Problem.DType is DType.Float16 or DType.BFloat16 ? "libtorch 2.6.0" : "libtorch 1.13.1", row.RecordedBy));
    }

    [Fact]
    public void PyTorch_2_10_has_answered_all_documented_OpInfo_and_rejected_problems_that_TorchSharp_can_say_and_the_model_layers()
    {
        var answered = RecordedAnswers.Load(RecordsFolder.Fixtures);
        var missing = new List<string>();
        var problems = 0;
        foreach (var row in ((string[])["documented", "opinfo", "rejections", "models", "model-passes"]).SelectMany(name => FixtureFile.Read(RecordsFolder.Fixture(name + ".csv"))))
        {
            foreach (var problem in row.Problems)
            {
                problems++;
                if (!(answered.TryGet(problem, out var answer) && answer.RecordedBy == "torchsharp 2.10.0"))
                {
                    missing.Add(row.Name);
                }
            }
        }

        Assert.True(problems > 600, $"only {problems} problems");
        string[] unanswered =
        [
            // TorchSharp's signatures take no lists.
            "stride-count_2", "stride-count_0", "padding-count_2", "padding-count_0", "output-padding-count_2", "output-padding-count_0", "dilation-count_2", "dilation-count_0",
            // Its module refuses these for reasons of its own.
            "kernel-size_0", "weight-output-channels_0", "module-channels_in-4-groups-3",
            // Known faults: PyTorch completes these.
            "dtype_bias-float64", "dtype_bias-float32", "module-channels_out-3-groups-2",
        ];
        Assert.Equal(unanswered.Order(StringComparer.Ordinal), missing.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>A complex element is two values.</summary>
    private static double[] Scatter(FixtureRow row, TensorSet tensors)
    {
        var parts = row.Problem.DType.Parts();
        Complex At(Tensor tensor, long i) => parts == 1 ? tensor.At(i) : new Complex(tensor.At(2 * i), tensor.At(2 * i + 1));
        var sums = Scatter(row, tensors, At);
        return parts == 1 ? [.. sums.Select(sum => sum.Real)] : [.. sums.SelectMany(sum => (double[])[sum.Real, sum.Imaginary])];
    }

    private static Complex[] Scatter(FixtureRow row, TensorSet tensors, Func<Tensor, long, Complex> at)
    {
        var problem = row.Problem;
        var x = tensors.Input.Shape;
        var (cin, length, cout, taps) = (x[^2], x[^1], tensors.Weight.Shape[1], tensors.Weight.Shape[2]);
        var (outputs, groups) = (row.OutputShape!.Value[^1], problem.Groups);
        var stride = problem.StrideList?[0] ?? problem.Stride;
        var padding = problem.PaddingList?[0] ?? problem.Padding;
        var dilation = problem.DilationList?[0] ?? problem.Dilation;
        var y = new Complex[row.OutputShape.Value.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = tensors.Bias is { } bias ? at(bias, i / outputs % (cout * groups)) : 0;
        }

        foreach (var (i, w, o) in NaiveProducts.Of(x.Length == 3 ? x[0] : 1, cin, cout * groups, groups, length, outputs, taps, stride, padding, dilation))
        {
            y[o] += at(tensors.Input, i) * at(tensors.Weight, w);
        }

        return y;
    }
}
