using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>A library that cannot serve is refused in one line that says what to do.</summary>
public class NativeLoadTests
{
    [Fact]
    public void The_version_and_the_details_come_from_the_library()
    {
        using var runner = NativeProblem.Minimal();

        Assert.Equal(("minimal", "1.0.0", "plain C"), (runner.Name, runner.Version, runner.Details));
    }

    [Fact]
    public void Libtorch_says_its_version_BLAS_instruction_set_and_threads()
    {
        using var runner = NativeProblem.Libtorch();

        Assert.Matches(@"^[12]\.\d+\.\d+", runner.Version);
        Assert.Matches("BLAS|MKL|BLIS|ATLAS", runner.Details);
        Assert.Matches("AVX2|AVX512|DEFAULT|NO AVX", runner.Details);
        Assert.Contains("1 thread", runner.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var message = LoadError("/nowhere/mine.so");

        Assert.Equal("/nowhere/mine.so: there is no such file; give the path of a shared library that exports parity_conv_transpose1d", message);
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused_with_the_loaders_reason()
    {
        var path = NativeCompiler.File("text.so");
        File.WriteAllText(path, "not a library, but long enough to have a header of its own to be read as one by the loader");

        Assert.Equal($"{path}: it cannot be loaded as a shared library: invalid ELF header", LoadError(path));
    }

    [Fact]
    public void A_library_that_needs_a_missing_one_names_it()
    {
        var source = NativeCompiler.File("needed.c");
        File.WriteAllText(source, "int needed(void);\nint needed(void) { return 1; }\n");
        var needed = NativeCompiler.Compile(source, "libneeded.so", "-shared", "-fPIC");
        var user = NativeCompiler.File("user.c");
        File.WriteAllText(user, "int needed(void);\nint use(void);\nint use(void) { return needed(); }\n");
        var path = NativeCompiler.Compile(user, "user.so", "-shared", "-fPIC", "-Wl,--no-as-needed", "-L" + Path.GetDirectoryName(needed), "-lneeded");
        File.Delete(needed);

        Assert.StartsWith($"{path}: it cannot be loaded as a shared library: libneeded.so: ", LoadError(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_function_is_refused()
    {
        var path = NativeCompiler.Build("no_symbol");

        Assert.Equal($"{path}: it does not export parity_conv_transpose1d; implement src/native/parity_runner.h (in C++ inside extern \"C\") and export it", LoadError(path));
    }

    [Fact]
    public void A_library_for_another_version_of_the_interface_is_refused()
    {
        var path = NativeCompiler.Build("wrong_version");

        Assert.Equal($"{path}: it was built for version 4 of parity_runner.h and this is version 3; build it again with the present header", LoadError(path));
    }

    [Fact]
    public void A_library_that_does_not_describe_itself_is_refused()
    {
        var path = NativeCompiler.Build("no_version");

        Assert.Equal($"{path}: its description has no version; PARITY_DESCRIBE must write \"version; facts\"", LoadError(path));
    }

    [Fact]
    public void A_library_that_is_not_built_is_missed_with_what_to_do()
    {
        Assert.False(NativeLibraries.TryFind("parity_nonesuch", out var path, out var why));
        Assert.Null(path);
        var expected = Environment.GetEnvironmentVariable(NativeLibraries.DirectoryVariable) is { Length: > 0 } folder
            ? $"PARITY_NATIVE_DIR is {folder}, and there is no libparity_nonesuch.so in it"
            : "build/native/libparity_nonesuch.so is not built; run scripts/setup";
        Assert.Equal(expected, why);
    }

    [Fact]
    public void Every_faulty_runner_compiles()
    {
        NativeCompiler.BuildAll();
        Assert.All(NativeCompiler.All, name => Assert.True(File.Exists(NativeCompiler.Build(name))));
        Assert.Superset(new HashSet<string>(["null_dereference", "endless_loop", "huge_allocation", "exits"], StringComparer.Ordinal), NativeCompiler.All.ToHashSet(StringComparer.Ordinal));
    }

    private static string LoadError(string path)
    {
        var message = Assert.Throws<RunnerLoadException>(() => new NativeRunner("native", path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
