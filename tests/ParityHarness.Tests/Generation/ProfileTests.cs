using ParityHarness.Generation;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Generation;

public class ProfileTests
{
    [Fact]
    public void Profiles_are_found_by_name() =>
        Assert.All(Profile.All, profile => Assert.Same(profile, Profile.Parse(profile.Name)));

    [Fact]
    public void An_unknown_profile_is_refused_and_the_known_ones_are_named()
    {
        var error = Assert.Throws<FormatException>(() => Profile.Parse("weekly"));
        Assert.Equal("'weekly' is not a profile; there are smoke, ci and nightly", error.Message);
    }

    [Fact]
    public void The_default_counts_are_those_of_the_readme() =>
        Assert.Equal([10_000, 20_000, 1_000_000], Profile.All.Select(profile => profile.DefaultCount));

    [Theory]
    [InlineData("n2_ic4_oc6_l5_k3_g2", 2 * 4 * 5 * 3 * 3)]
    [InlineData("n7_ic4_oc6_l5_k3_g2_unbatched", 4 * 5 * 3 * 3)]
    [InlineData("n0_l5_k3", 0)]
    [InlineData("n9223372036854775807_ic9223372036854775807_l5_k3", long.MaxValue)]
    [InlineData("n-1_l5_k3", 0)]
    public void Multiply_adds_are_the_products_before_padding(string text, long expected) =>
        Assert.Equal(expected, ProblemSize.MultiplyAdds(ProblemText.Parse(text)));

    [Theory]
    [InlineData("l4_k3_bias", (4 + 3 + 1) * 4 + 6 * (2 * 4 + 24))]
    [InlineData("l4_k3 float64", (4 + 3) * 8 + 6 * (2 * 8 + 24))]
    [InlineData("l4_k3_p9", (4 + 3) * 4)]
    [InlineData("n9223372036854775807_l9223372036854775807_k3", long.MaxValue)]
    public void Bytes_are_tensors_two_outputs_and_the_oracle_s_arrays(string text, long expected) =>
        Assert.Equal(expected, ProblemSize.Bytes(ProblemText.Parse(text)));
}
