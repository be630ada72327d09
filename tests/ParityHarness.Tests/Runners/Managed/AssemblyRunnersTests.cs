using ParityHarness.Runners;
using ParityHarness.Runners.Managed;

using Xunit;

namespace ParityHarness.Tests.Runners.Managed;

public class AssemblyRunnersTests
{
    [Fact]
    public void The_one_runner_of_an_assembly_is_found_among_its_other_classes()
    {
        using var assembly = new EmittedAssembly("OneRunner").WithClass("Other", typeof(object)).WithRunner("Theirs").Save();

        using var runner = AssemblyRunners.Load(assembly.Path);

        Assert.Equal("Theirs", runner.Name);
    }

    [Fact]
    public void Asking_why_there_is_no_runner_does_not_make_it()
    {
        using var assembly = new EmittedAssembly("Unmade").WithRunner("Theirs", throwsWhenMade: "made").Save();
        using var empty = new EmittedAssembly("EmptyToo").Save();

        Assert.Null(AssemblyRunners.WhyNot(assembly.Path));
        Assert.Equal(Refusal(empty.Path), AssemblyRunners.WhyNot(empty.Path));
    }

    [Fact]
    public void An_assembly_of_this_program_is_found_by_its_name()
    {
        var reason = Refusal("ParityHarness.Kernels");

        Assert.Equal(
            "ParityHarness.Kernels has no public class that implements ParityHarness.Runners.IRunner and has a public constructor without parameters",
            reason);
    }

    [Fact]
    public void An_empty_assembly_was_left_out_of_the_build()
    {
        using var assembly = new EmittedAssembly("Empty").Save();

        var reason = Refusal(assembly.Path);

        Assert.Equal($"{assembly.Path} is empty: its runner was left out when this program was built", reason);
    }

    [Fact]
    public void A_runner_that_cannot_be_made_without_arguments_is_none()
    {
        using var assembly = new EmittedAssembly("NoConstructor").WithClass("Theirs", typeof(RunnerBase)).Save();

        var reason = Refusal(assembly.Path);

        Assert.Contains("has no public class that implements ParityHarness.Runners.IRunner", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runners_in_one_assembly_are_refused_by_name()
    {
        using var assembly = new EmittedAssembly("TwoRunners").WithRunner("First").WithRunner("Second").Save();

        var reason = Refusal(assembly.Path);

        Assert.Equal($"{assembly.Path} has several runners, First, Second; leave one of them public", reason);
    }

    [Fact]
    public void A_constructor_that_throws_gives_the_first_line_of_its_message()
    {
        using var assembly = new EmittedAssembly("Throws").WithRunner("Theirs", throwsWhenMade: "no licence\nat a\nat b").Save();

        var reason = Refusal(assembly.Path);

        Assert.Equal($"{assembly.Path} cannot be loaded: no licence", reason);
    }

    [Fact]
    public void A_static_initialisation_that_throws_gives_the_first_line_of_the_inner_message()
    {
        using var assembly = new EmittedAssembly("ThrowsEarly").WithRunner("Theirs", throwsWhenInitialised: "libxyz.so is missing\ntrace").Save();

        var reason = Refusal(assembly.Path);

        Assert.Equal($"{assembly.Path} cannot be loaded: libxyz.so is missing", reason);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var reason = Refusal("nowhere/there.dll");

        Assert.Equal("nowhere/there.dll cannot be loaded: there is no such file", reason);
    }

    [Fact]
    public void A_name_that_is_not_there_is_named()
    {
        var reason = Refusal("ParityHarness.Nowhere");

        Assert.StartsWith("ParityHarness.Nowhere cannot be loaded: ParityHarness.Nowhere", reason, StringComparison.Ordinal);
        Assert.EndsWith("is missing", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("parity-assembly-").FullName, "text.dll");
        try
        {
            File.WriteAllText(path, "This is not an assembly.");

            var reason = Refusal(path);

            Assert.Equal($"{path} cannot be loaded: it is not a .NET assembly for this platform", reason);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static string Refusal(string assembly) =>
        Assert.Throws<RunnerLoadException>(() => AssemblyRunners.Load(assembly)).Message;
}
