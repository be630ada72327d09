using ParityHarness.TorchSharp;

using Xunit;

namespace ParityHarness.Tests.TorchSharp;

/// <summary>The one change in a copy of TorchSharp's native library that lets it load on older systems.</summary>
public sealed class VersionNeedsTests
{
    private const string Library = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";

    private static byte[] RealFile() => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));

    [Fact]
    public void Of_the_real_file_exactly_one_flag_changes()
    {
        var original = RealFile();
        var changed = (byte[])original.Clone();

        Assert.True(VersionNeeds.TryWeaken(changed, Library, Version));

        var places = Enumerable.Range(0, original.Length).Where(i => original[i] != changed[i]).ToArray();
        var place = Assert.Single(places);
        Assert.Equal((0, 2), (original[place], changed[place]));
    }

    [Fact]
    public void It_is_the_flag_of_that_need_and_no_other()
    {
        var one = RealFile();
        var other = RealFile();
        Assert.True(VersionNeeds.TryWeaken(one, Library, Version));
        Assert.True(VersionNeeds.TryWeaken(other, Library, "GLIBCXX_3.4.30"));

        Assert.NotEqual(one, other);
        Assert.True(VersionNeeds.TryWeaken(one, Library, "GLIBCXX_3.4.30"));
        Assert.True(VersionNeeds.TryWeaken(other, Library, Version));
        Assert.Equal(one, other);
    }

    [Theory]
    [InlineData(Library, "GLIBCXX_3.4.99")]
    [InlineData("libm.so.6", Version)]
    public void A_need_that_is_not_there_changes_nothing(string library, string version)
    {
        var original = RealFile();
        var bytes = (byte[])original.Clone();

        Assert.False(VersionNeeds.TryWeaken(bytes, library, version));
        Assert.Equal(original, bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(100_000)]
    public void A_file_that_is_cut_off_is_refused(int length) =>
        Assert.Throws<InvalidDataException>(() => VersionNeeds.TryWeaken(RealFile()[..length], Library, Version));

    [Fact]
    public void What_is_no_library_is_refused() =>
        Assert.Throws<InvalidDataException>(() => VersionNeeds.TryWeaken(new byte[4096], Library, Version));
}
