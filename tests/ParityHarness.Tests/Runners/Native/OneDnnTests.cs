using ParityHarness.Fixtures;
using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;
using ParityHarness.Tests.Fixtures;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>oneDNN answers what it can, rightly; what it cannot, and what PyTorch rejects, it says not to support.</summary>
public sealed class OneDnnTests : IDisposable
{
    private const string NotChecked = "PyTorch rejects this, and oneDNN does not check what PyTorch rejects";
    private const string Narrowed = "sizes and parameters beyond 2^31 - 1 are not given to oneDNN, which narrows some of them to 32 bits";
    private const string Refused = "oneDNN: could not create a descriptor for a dilated deconvolution forward propagation primitive";

    private readonly TensorSet _tensors = new();
    private readonly Outcome _outcome = new();
    private readonly Outcome _exact = new();

    [RequiresTheory(Requirement.OneDnn)]
    [MemberData(nameof(NativeDocumentedCasesTests.Cases), MemberType = typeof(NativeDocumentedCasesTests))]
    public void Its_answers_are_the_documented_ones(string parameters, double[] expected)
    {
        using var runner = NativeProblem.OneDnn();
        foreach (var form in new[] { "", "module" })
        {
            var text = $"l4_k3 {parameters} float32 {form} {NativeProblem.Ones}";
            if (parameters == "s2_d3_op2")
            {
                AssertUnsupported(runner, text, Refused);
                continue;
            }

            runner.AssertCompletes(text, [1, 1, expected.Length], expected);
            runner.AssertCompletes(text + " unbatched", [1, expected.Length], expected);
        }
    }

    [RequiresTheory(Requirement.OneDnn)]
    [InlineData("ic4_oc6_l9_k4_s2_p1_g2_bias")]
    [InlineData("n3_ic5_oc3_l7_k3_d2_p1_bias")]
    [InlineData("ic40_oc20_l50_k16_s8_p4_bias")]
    [InlineData("ic3_oc2_l8_k3_s2_op1_bias unbatched")]
    [InlineData("ic8_oc8_l30_k4_s2_p1_g8_bias")]
    public void Its_gradients_are_libtorchs_on_integers(string sizes)
    {
        using var runner = NativeProblem.OneDnn();
        using var libtorch = NativeProblem.Libtorch();
        foreach (var pass in (string[])["grad_input", "grad_weight", "grad_bias", "grad_input+grad_weight", "grad_weight+grad_bias", "grad_input+grad_bias", "grad_input+grad_weight+grad_bias"])
        {
            var problem = ProblemText.Parse($"{sizes} float32 {pass} integer seed3");
            DataFiller.Fill(problem, _tensors);
            libtorch.Run(problem, _tensors, _exact);
            runner.Run(problem, _tensors, _outcome);
            Assert.True(_outcome.Kind == OutcomeKind.Completed, $"{problem}: {_outcome.Message}");
            Assert.Equal(_exact.Output.Shape.ToArray(), _outcome.Output.Shape.ToArray());
            for (var i = 0L; i < _exact.Output.Count; i++)
            {
                Assert.True(_exact.Output.At(i).Equals(_outcome.Output.At(i)), $"{problem}: element {i} is {_outcome.Output.At(i)}, libtorch's {_exact.Output.At(i)}");
            }
        }
    }

    [RequiresTheory(Requirement.OneDnn)]
    [InlineData("l4_k3 float64 grad_input", "oneDNN's deconvolution has no such dtype")]
    [InlineData("n0_l4_k3 float32 grad_weight", "gradients of float32 and of a batch that is not empty only")]
    [InlineData("l4_k3_p3 float32 grad_weight", NotChecked)]
    public void Gradients_that_it_does_not_have_are_unsupported(string text, string why)
    {
        using var runner = NativeProblem.OneDnn();
        AssertUnsupported(runner, text, why);
    }

    [RequiresFact(Requirement.OneDnn)]
    public void Output_size_chooses_the_output_padding()
    {
        using var runner = NativeProblem.OneDnn();
        runner.AssertCompletes($"l4_k3_s2_module float32 output_size=[9] {NativeProblem.Ones}", [1, 1, 9], [1, 2, 4, 2, 4, 2, 4, 2, 3]);
        runner.AssertCompletes($"l4_k3_s2_module float32 output_size=[1,1,10] {NativeProblem.Ones}", [1, 1, 10], [1, 2, 4, 2, 4, 2, 4, 2, 3, 0]);
    }

    [RequiresFact(Requirement.OneDnn)]
    public void Bfloat16_is_computed_where_the_CPU_has_AVX512_and_unsupported_elsewhere()
    {
        using var runner = NativeProblem.OneDnn();
        const string Text = $"l4_k3_s2_op1_bias bfloat16 bias=[10] {NativeProblem.Ones}";
        if (IsaLevels.CpuFeaturesOf("onednn").Contains("avx512", StringComparer.Ordinal))
        {
            runner.AssertCompletes(Text, [1, 1, 10], [11, 12, 14, 12, 14, 12, 14, 12, 13, 10]);
        }
        else
        {
            AssertUnsupported(runner, Text, "oneDNN: could not create a primitive descriptor iterator");
        }
    }

    [RequiresTheory(Requirement.OneDnn)]
    [InlineData("l4_k3 float64", "oneDNN's deconvolution has no such dtype")]
    [InlineData("l4_k3 int64", "oneDNN's deconvolution has no such dtype")]
    [InlineData("l4_k3 complex64", "oneDNN's deconvolution has no such dtype")]
    [InlineData("l4_k3 float16", "oneDNN: could not create a primitive descriptor iterator")]
    [InlineData("l4_k3_op3_d4", Refused)] // padding - output_padding must be greater than -stride
    [InlineData("l4_k3_s2_op2_d3", Refused)]
    [InlineData("l1_k1_s2147483648", Narrowed)]
    [InlineData("l4_k1_d4294967296", Narrowed)]
    [InlineData("l4_k2_p1073741823_d2147483647", Narrowed)]
    [InlineData("n0_ic4294967296_l4_k3 w=1x1x3", NotChecked)]
    [InlineData("l4_k3_s9223372036854775807", Narrowed)]
    [InlineData("l4_k3_p9223372036854775807", NotChecked)]
    [InlineData("l4_k3_d-9223372036854775808", NotChecked)]
    [InlineData("l4_k3 wdtype=float64", NotChecked)]
    [InlineData("l4_k3 s=[1,1]", NotChecked)]
    [InlineData("l4_k3 p=[]", NotChecked)]
    [InlineData("l0_k3", NotChecked)]
    [InlineData("l4_k0", NotChecked)]
    [InlineData("l4_k3_g0 module", NotChecked)]
    [InlineData("l4_k3 module mode=circular", NotChecked)]
    public void What_it_does_not_do_is_unsupported_with_the_reason(string problem, string message)
    {
        using var runner = NativeProblem.OneDnn();
        AssertUnsupported(runner, problem, message);
    }

    [RequiresFact(Requirement.OneDnn)]
    public void What_PyTorch_rejects_is_never_completed()
    {
        using var runner = NativeProblem.OneDnn();
        var rejected = 0;
        foreach (var row in FixtureFile.Read(RecordsFolder.Fixture("rejections.csv")))
        {
            foreach (var problem in row.Problems)
            {
                DataFiller.Fill(problem, _tensors);
                runner.Run(problem, _tensors, _outcome);
                if (row.Outcome == OutcomeKind.Rejected)
                {
                    Assert.Equal((row.Name, OutcomeKind.Unsupported), (row.Name, _outcome.Kind));
                    rejected++;
                }
                else
                {
                    Assert.True(_outcome.Kind is OutcomeKind.Completed or OutcomeKind.Unsupported, $"{row.Name}: {_outcome.Kind} {_outcome.Message}");
                }
            }
        }

        Assert.True(rejected > 90, $"only {rejected} rows are rejections");
    }

    [RequiresFact(Requirement.OneDnn)]
    public void Any_parameters_are_answered_rightly_or_not_at_all()
    {
        using var runner = NativeProblem.OneDnn();
        using var oracle = new OracleRunner();
        long[] values = [long.MinValue, -1, 0, 1, 2, 3, 5, 1L << 30, (1L << 31) - 1000, 1L << 31, (1L << 32) + 1, 1L << 62, long.MaxValue];
        var completed = 0;
        for (var seed = 0UL; seed < 10_000; seed++)
        {
            var random = new CounterRandom(CounterRandom.Stream(seed, 1));
            long Value() => random.OneIn(5) ? random.Pick<long>(values) : random.Between(0, 3);
            var groups = random.Between(0, 3);
            var problem = new Problem
            {
                Batch = random.Between(0, 3),
                InChannels = Math.Max(groups, 1) * random.Between(0, 20),
                OutChannels = Math.Max(groups, 1) * random.Between(0, 20),
                Length = random.Between(0, 5),
                KernelSize = random.Between(0, 5),
                Stride = Value(),
                Padding = Value(),
                OutputPadding = Value(),
                Dilation = Value(),
                Groups = random.OneIn(16) ? Value() : groups,
                HasBias = random.OneIn(2),
                Unbatched = random.OneIn(4),
                Form = random.OneIn(4) ? Form.Module : Form.Functional,
                Regime = Regime.Integer,
                DataSeed = seed,
            };
            var reason = ProblemRules.Check(problem, out var outputLength);
            if ((reason is null && outputLength > 1000) || problem.WeightShape.Any(s => s is < 0 or > 1000))
            {
                continue;
            }

            completed += Compare(runner, oracle, problem) ? 1 : 0;
        }

        Assert.True(completed > 300, $"only {completed} problems completed");
    }

    [RequiresFact(Requirement.OneDnn)]
    public void On_integers_it_equals_the_oracle()
    {
        using var runner = NativeProblem.OneDnn();
        using var oracle = new OracleRunner();
        var generator = new Generator(Profile.Ci, 11);
        var completed = 0;
        for (var i = 0; i < 6_000; i++)
        {
            completed += Compare(runner, oracle, generator.At(i) with { Regime = Regime.Integer }) ? 1 : 0;
        }

        Assert.True(completed > 1_500, $"only {completed} problems completed");
    }

    [RequiresFact(Requirement.OneDnn)]
    public void Input_and_weight_are_read_by_their_strides()
    {
        using var runner = Strided("other_layout", expanded: false);
        using var oracle = new OracleRunner();
        Assert.True(runner.TakesStrides);
        var generator = new Generator(Profile.Smoke, 12);
        var completed = 0;
        for (var i = 0; i < 3_000; i++)
        {
            completed += Compare(runner, oracle, generator.At(i) with { Regime = Regime.Integer }) ? 1 : 0;
        }

        Assert.True(completed > 1_000, $"only {completed} problems completed");
    }

    [RequiresTheory(Requirement.OneDnn)]
    [InlineData("ic2_oc2_l4_k3 float32 input=[1,2,3,4,1,2,3,4] weight=[1,2,3,4,5,6,1,2,3,4,5,6]")]
    [InlineData("ic2_oc2_l4_k3_s2_unbatched float32 input=[1,2,3,4,1,2,3,4] weight=[1,2,3,4,5,6,1,2,3,4,5,6]")]
    public void Channels_may_be_expanded(string text)
    {
        using var runner = Strided("expanded", expanded: true);
        using var oracle = new OracleRunner();
        Assert.True(Compare(runner, oracle, ProblemText.Parse(text)), _outcome.Message);
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _outcome.Dispose();
        _exact.Dispose();
    }

    private static void AssertUnsupported(NativeRunner runner, string problem, string message)
    {
        using var outcome = runner.Run(problem);
        Assert.Equal((OutcomeKind.Unsupported, message), (outcome.Kind, outcome.Message));
    }

    /// <summary>Whether it completed; then it must equal the oracle, and the problem be legal.</summary>
    private bool Compare(NativeRunner runner, OracleRunner oracle, Problem problem)
    {
        DataFiller.Fill(problem, _tensors);
        runner.Run(problem, _tensors, _outcome);
        if (_outcome.Kind != OutcomeKind.Completed)
        {
            Assert.True(_outcome.Kind == OutcomeKind.Unsupported, $"{problem}: {_outcome.Kind} {_outcome.Message}");
            return false;
        }

        oracle.Run(problem, _tensors, _exact);
        Assert.True(_exact.Kind == OutcomeKind.Completed, $"{problem}: completed, where the oracle says: {_exact.Message}");
        Assert.Equal(_exact.Output.Shape, _outcome.Output.Shape);
        Assert.True(NativeProblem.Values(_exact).SequenceEqual(NativeProblem.Values(_outcome)), $"{problem}: other values");
        return true;
    }

    /// <summary>
    /// The onednn runner behind a library that hands it input and weight in another order of dimensions, with gaps; or
    /// expanded, their input channels being one and the same.
    /// </summary>
    private static NativeRunner Strided(string name, bool expanded)
    {
        Assert.True(NativeLibraries.TryFind("parity_onednn", out var library, out _));
        var source = NativeCompiler.File(name + ".c");
        File.WriteAllText(source, $$"""
            #include "parity_runner.h"
            #include <dlfcn.h>
            #include <stdlib.h>

            /* A copy in which the first dimension lies innermost, each element followed by a gap. */
            static void reverse(parity_tensor *tensor)
            {
                int64_t count = 1, at[PARITY_MAX_DIMS] = {0};
                for (int i = 0; i < tensor->ndim; i++) {
                    tensor->strides[i] = 2 * count;
                    count *= tensor->shape[i];
                }
                const float *from = tensor->data;
                float *to = tensor->data = calloc((size_t)(2 * count + 1), sizeof *to);
                for (int64_t n = 0; n < count; n++) {
                    int64_t offset = 0;
                    for (int i = 0; i < tensor->ndim; i++)
                        offset += at[i] * tensor->strides[i];
                    to[offset] = from[n];
                    for (int i = tensor->ndim - 1; i >= 0 && ++at[i] == tensor->shape[i]; i--)
                        at[i] = 0;
                }
            }

            int32_t parity_conv_transpose1d(parity_call *call)
            {
                void *library = dlopen("{{library}}", RTLD_NOW);
                int32_t (*function)(parity_call *);
                *(void **)&function = dlsym(library, "parity_conv_transpose1d");
                int is_ours = call->operation == PARITY_FORWARD && call->input.dtype == PARITY_FLOAT32 && call->weight.dtype == PARITY_FLOAT32;
                if (!is_ours)
                    return function(call);
                if ({{(expanded ? 1 : 0)}}) {
                    call->input.strides[call->input.ndim - 2] = 0;
                    call->weight.strides[0] = 0;
                    return function(call);
                }
                parity_tensor input = call->input, weight = call->weight;
                reverse(&call->input);
                reverse(&call->weight);
                int32_t status = function(call);
                free(call->input.data);
                free(call->weight.data);
                call->input = input;
                call->weight = weight;
                return status;
            }
            """);
        return new NativeRunner(name, NativeCompiler.Compile(source, name + ".so", "-shared", "-fPIC"));
    }
}
