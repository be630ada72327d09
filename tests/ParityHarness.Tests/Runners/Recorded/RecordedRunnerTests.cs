using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Recorded;
using ParityHarness.Tensors;
using ParityHarness.Tests.Fixtures;

using Xunit;

namespace ParityHarness.Tests.Runners.Recorded;

public sealed class RecordedRunnerTests : IDisposable
{
    private const string Columns = "name,problem,form,outcome,reason,output_shape,expected,recorded_by\n";

    private readonly RecordsFolder _folder = new();
    private readonly TensorSet _tensors = new();
    private readonly Outcome _outcome = new();

    public void Dispose()
    {
        _folder.Dispose();
        _tensors.Dispose();
        _outcome.Dispose();
    }

    [Fact]
    public void A_recorded_output_is_given_back_to_the_bit()
    {
        _folder.Write("golden.csv", Columns + "a,l2_k1 random seed1,both,completed,,\"[1,1,2]\",\"[0.1,-0]\",libtorch 1.13.1\n");
        Run("k1_l2_module random seed1");
        Assert.Equal(OutcomeKind.Completed, _outcome.Kind);
        Assert.Equal([1L, 1, 2], _outcome.Output.Shape);
        Assert.Equal([0.1f, 0], _outcome.Output.Span<float>().ToArray());
        Assert.True(float.IsNegative(_outcome.Output.Span<float>()[1]));
    }

    [Fact]
    public void A_recorded_rejection_is_given_back_with_its_reason()
    {
        _folder.Write("golden.csv", Columns + "a,l2_k1_d0,,rejected,non_positive_dilation,,,libtorch 1.13.1\n");
        Run("l2_k1_d0");
        Assert.Equal(OutcomeKind.Rejected, _outcome.Kind);
        Assert.Equal(RejectionReason.NonPositiveDilation, _outcome.Reason);
    }

    [Theory]
    [InlineData("l2_k1 seed2", "no answer is recorded")]
    [InlineData("l2_k1_module seed1", "no answer is recorded")]
    [InlineData("l300_k1", "without all its values")]
    [InlineData("l400_k1", "without all its values")]
    [InlineData("l7_k1", "no answer is recorded")]
    public void What_is_not_recorded_wholly_is_unsupported(string problem, string why)
    {
        _folder.Write("golden.csv", Columns + """
            a,l2_k1 seed1,functional,completed,,"[1,1,2]","[1,2]",libtorch 1.13.1
            b,l300_k1,,completed,,"[1,1,300]",hash:0123456789abcdef,libtorch 1.13.1
            c,l400_k1,,completed,,"[1,1,400]",,libtorch 1.13.1
            d,l7_k1,,,,,,

            """);
        Run(problem);
        Assert.Equal(OutcomeKind.Unsupported, _outcome.Kind);
        Assert.Contains(why, _outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Literal_values_are_part_of_the_problem()
    {
        _folder.Write("golden.csv", "name,problem,input,outcome,output_shape,expected\na,l2_k1,\"[1,2]\",completed,\"[1,1,2]\",\"[3,6]\"\n");
        Run("l2_k1 input=[1,2]");
        Assert.Equal(OutcomeKind.Completed, _outcome.Kind);
        Run("l2_k1 input=[1,3]");
        Assert.Equal(OutcomeKind.Unsupported, _outcome.Kind);
    }

    [Fact]
    public void Golden_answers_count_before_those_of_other_versions()
    {
        _folder.Write("a.csv", Columns + "a,l1_k1,,completed,,\"[1,1,1]\",[1],libtorch 2.6.0\n");
        _folder.Write("golden.csv", Columns + "a,l1_k1,,completed,,\"[1,1,1]\",[2],libtorch 1.13.1\n");
        Run("l1_k1");
        Assert.Equal(2, _outcome.Output.At(0));
    }

    [Fact]
    public void Two_answers_of_one_version_are_refused()
    {
        _folder.Write("golden.csv", Columns + "a,l1_k1,,completed,,\"[1,1,1]\",[2],libtorch 1.13.1\n");
        var other = _folder.Write("other.csv", Columns + "b,k1_l1,,completed,,\"[1,1,1]\",[1],libtorch 1.13.1\n");
        Assert.Equal($"{other}:2:outcome: 'b' and 'a' are the same problem with different answers", Assert.Throws<FixtureException>(() => RecordedAnswers.Load(_folder.Path)).Message);
    }

    [Fact]
    public void The_version_says_who_answered()
    {
        _folder.Write("golden.csv", Columns + "a,l1_k1,,rejected,,,,libtorch 2.6.0\nb,l2_k1,,rejected,,,,libtorch 1.13.1\n");
        using var runner = new RecordedRunner(RecordedAnswers.Load(_folder.Path));
        Assert.Equal("recorded", runner.Name);
        Assert.Equal("libtorch 1.13.1, libtorch 2.6.0", runner.Version);
        Assert.Equal("2 answers", runner.Details);
    }

    private void Run(string text)
    {
        using var runner = new RecordedRunner(RecordedAnswers.Load(_folder.Path));
        runner.Run(ProblemText.Parse(text), _tensors, _outcome);
    }
}
