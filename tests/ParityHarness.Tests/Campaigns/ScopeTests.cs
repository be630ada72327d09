using ParityHarness.Campaigns;
using ParityHarness.Problems;
using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>What an implementation does not offer is neither asked nor a hole, in generated and in given problems alike.</summary>
public class ScopeTests
{
    private static readonly string[] Given =
    [
        "l4_k3 float32 integer seed1",
        "ic2_oc4_l5_k3_s2_g2_bias float32 random seed2",
        "l4_k3 float64 integer seed1",
        "l4_k3 float16 integer seed3",
        "ic1025_l2_k2 float64 integer seed1",
        "l4_k3 float32 grad_weight integer seed1",
    ];

    /// <summary>It ends its process where it is asked for anything else than it says that it offers.</summary>
    private static string Scoped => CampaignRun.Source("scoped", """
        #include <stdlib.h>
        const char *parity_runner_scope(void)
        {
            return "forward, float32, legal";
        }
        int32_t parity_conv_transpose1d(parity_call *call)
        {
            if (call->operation != PARITY_DESCRIBE && (call->operation != PARITY_FORWARD || call->input.dtype != PARITY_FLOAT32))
                abort();
            int32_t status = correct(call);
            if (status == PARITY_REJECTED)
                abort();
            return status;
        }
        """);

    private static string Float32Only => CampaignRun.Source("scope_float32_only", """
        int32_t parity_conv_transpose1d(parity_call *call)
        {
            if (call->operation == PARITY_FORWARD && call->input.dtype != PARITY_FLOAT32)
                return PARITY_UNSUPPORTED;
            return correct(call);
        }
        """);

    [Theory]
    [InlineData("float32", "l4_k3 float32 grad_input", true)]
    [InlineData("float32", "l4_k3 float64", false)]
    [InlineData("float32", "l4_k3 float32 wdtype=float64", false)]
    [InlineData("float32,float64", "l4_k3 float32 wdtype=float64", true)]
    [InlineData("forward", "l4_k3 grad_input", false)]
    [InlineData("grad_input, grad_weight", "l4_k3 grad_input+grad_weight", true)]
    [InlineData("grad_input", "l4_k3 grad_input+grad_weight", false)]
    [InlineData("gradients", "l4_k3_bias grad_input+grad_bias", true)]
    [InlineData("gradients", "l4_k3", false)]
    [InlineData("module", "l4_k3_module", true)]
    [InlineData("functional", "l4_k3_module", false)]
    [InlineData("legal", "l4_k3 float64", true)]
    [InlineData("legal", "l4_k3_p9", false)]
    [InlineData("float32,forward", "l4_k3 float32 grad_input", false)]
    [InlineData("", "l4_k3_p9_module int8", true)]
    public void Words_of_one_kind_are_alternatives_and_kinds_combine(string words, string problem, bool isWithin) =>
        Assert.Equal(isWithin, Scope.Parse(words).Covers(ProblemText.Parse(problem)));

    [Theory]
    [InlineData("legal,forward, float64,float32", "float32,float64,forward,legal", "float32, float64 forward legal problems")]
    [InlineData("grad_bias,grad_input,grad_weight,module", "gradients,module", "gradients module form")]
    [InlineData("forward,grad_bias", "forward,grad_bias", "forward, grad_bias")]
    public void The_order_of_the_words_does_not_count(string words, string text, string title)
    {
        var scope = Scope.Parse(words);

        Assert.Equal((text, title), (scope.ToString(), scope.Title));
    }

    [Fact]
    public void An_unknown_word_is_named_with_the_one_that_was_meant()
    {
        Assert.StartsWith("'forwards' is not a dtype, a pass or a form; did you mean 'forward'? the words are float32 ", Assert.Throws<FormatException>(() => Scope.Parse("float32,forwards")).Message, StringComparison.Ordinal);
        Assert.StartsWith("a word is missing; the words are ", Assert.Throws<FormatException>(() => Scope.Parse("float32,")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_leaves_out_what_is_outside_and_keeps_the_indices()
    {
        var settings = CampaignRun.Smoke("kernel") with { AllRows = true };
        var limits = CampaignRun.InProcess with { Count = 300 };
        var whole = CampaignRun.Of(settings, limits);
        var part = CampaignRun.Of(settings with { Only = "float32,forward" }, limits);
        var expected = whole.Rows.Where(row => Scope.Parse("float32,forward").Covers(row.Problem)).Select(row => row.Text("name")).ToList();

        Assert.InRange(expected.Count, 20, 250);
        Assert.Equal(string.Join(' ', expected), part.Names);
        Assert.Equal((expected.Count, 300 - expected.Count), (part.Tally.Problems, part.Tally[Counter.OutsideScope]));
        Assert.Equal((true, " for float32 forward"), (part.Result.Holds, part.Result.ForScope));
    }

    [Fact]
    public void A_library_of_one_dtype_holds_in_given_problems_as_in_generated_ones()
    {
        var all = CampaignRun.Of(CampaignRun.Problems(Float32Only, Given), CampaignRun.InProcess).Result;
        var given = CampaignRun.Of(CampaignRun.Problems(Float32Only, Given) with { Only = "float32,forward" }, CampaignRun.InProcess).Result;
        var generated = CampaignRun.Of(CampaignRun.Smoke(Float32Only) with { Only = "float32,forward" }, CampaignRun.InProcess with { Count = 300 }).Result;

        Assert.False(all.Holds);
        Assert.True(given.Holds, given.Why);
        Assert.True(generated.Holds, generated.Why);
        Assert.Equal("outside of --only float32,forward: 4 of 6 problems", given.OutsideScope);
        Assert.Equal((2, 0, 0), (given.Tally.Passed, given.Tally.Unsupported, generated.Tally[Counter.UnsupportedByCandidate]));
    }

    [Fact]
    public void A_library_that_says_what_it_offers_is_not_asked_for_anything_else()
    {
        var given = CampaignRun.Of(CampaignRun.Problems(Scoped, [.. Given, "l4_k3_p9"]), CampaignRun.OneWorker).Result;
        var generated = CampaignRun.Of(CampaignRun.Smoke(Scoped), CampaignRun.TwoWorkers with { Count = 300 }).Result;

        Assert.True(given.Holds, given.Why);
        Assert.True(generated.Holds, generated.Why);
        Assert.Equal((" for float32 forward legal problems", "outside of what the candidate offers (float32,forward,legal): 5 of 7 problems"), (given.ForScope, given.OutsideScope));
        Assert.Equal((0, 0), (generated.Tally.RejectedByBoth, generated.Tally[Counter.Restarts]));
        Assert.True(generated.Tally.Passed > 30, generated.Why);
    }

    [Fact]
    public void A_wrong_answer_within_the_scope_fails()
    {
        var wrong = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty("flipped_kernel"), Given) with { Only = "float32,forward" }, CampaignRun.InProcess).Result;

        Assert.Equal((false, 2), (wrong.Holds, wrong.Tally.Failed));
    }

    [Fact]
    public void Where_all_is_outside_nothing_was_compared()
    {
        var result = CampaignRun.Of(CampaignRun.Problems(Float32Only, "l4_k3 float16 integer seed3") with { Only = "float32" }, CampaignRun.InProcess).Result;

        Assert.Equal((false, "nothing was compared; outside of --only float32: 1 of 1 problems"), (result.Holds, result.Why));
    }

    [Fact]
    public void To_ask_a_library_only_for_what_it_does_not_offer_is_refused()
    {
        var scoped = Scoped;
        var error = Assert.Throws<HarnessException>(() => CampaignRun.Of(CampaignRun.Smoke(scoped) with { Only = "float64" }, CampaignRun.InProcess with { Count = 10 }));

        Assert.Equal(($"{scoped}: offers float32,forward,legal, of which --only float64 leaves nothing; ask for what it offers", true), (error.Message, error.IsUsage));
    }

    [Fact]
    public void A_library_whose_words_cannot_be_read_is_refused()
    {
        var library = CampaignRun.Source("scope_unreadable", """
            const char *parity_runner_scope(void) { return "float33"; }
            int32_t parity_conv_transpose1d(parity_call *call) { return correct(call); }
            """);
        var error = Assert.Throws<HarnessException>(() => CampaignRun.Of(CampaignRun.Smoke(library), CampaignRun.InProcess with { Count = 10 }));

        Assert.StartsWith($"{library}: its scope \"float33\": 'float33' is not a dtype, a pass or a form; did you mean 'float32'? the words are ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_scope_is_another_run()
    {
        var settings = CampaignRun.Smoke("kernel");

        Assert.NotEqual(settings.ToJson(), (settings with { Only = "float32" }).ToJson(), StringComparer.Ordinal);
    }
}
