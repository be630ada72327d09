using System.Diagnostics;

using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>Whatever is wrong with the input: exit code 2, one line on stderr that says what to do, and nothing else anywhere.</summary>
[Trait("speed", "slow")]
public sealed class BadUsageTests : IDisposable
{
    private readonly Parity _parity = new();

    [Theory]
    [InlineData("Required command was not provided; see 'parity --help'")]
    [InlineData("Unrecognized command or argument 'fuz'; did you mean 'fuzz'? see 'parity --help'", "fuz")]
    [InlineData("Unrecognized command or argument '--sed'; did you mean '--seed'? see 'parity fuzz --help'", "fuzz", "--sed", "1")]
    [InlineData("Required argument missing for option: '--seed'; see 'parity fuzz --help'", "fuzz", "--seed")]
    [InlineData("Unrecognized command or argument 'worker'; see 'parity --help'", "worker")]
    [InlineData("--seed -1: --seed wants a whole number from 0 to 2^64 - 1; see 'parity fuzz --help'", "fuzz", "--seed", "-1")]
    [InlineData("--seed x: --seed wants a whole number from 0 to 2^64 - 1; see 'parity fuzz --help'", "fuzz", "--seed", "x")]
    [InlineData("--count 0: --count wants a whole number from 1 to 10^15; see 'parity fuzz --help'", "fuzz", "--count", "0")]
    [InlineData("--count many: --count wants a whole number from 1 to 10^15; see 'parity fuzz --help'", "fuzz", "--count", "many")]
    [InlineData("--count 1.5: --count wants a whole number from 1 to 10^15; see 'parity fuzz --help'", "fuzz", "--count", "1.5")]
    [InlineData("--count 9223372036854775808: --count wants a whole number from 1 to 10^15; see 'parity fuzz --help'", "fuzz", "--count", "9223372036854775808")]
    [InlineData("--count 9223372036854775807: --count wants a whole number from 1 to 10^15; see 'parity fuzz --help'", "fuzz", "--count", "9223372036854775807")]
    [InlineData("--shard 1/9223372036854775807: write K/N with K from 1 to N, as in 2/7, and N up to 1000000", "fuzz", "--shard", "1/9223372036854775807")]
    [InlineData("--jobs 0: --jobs wants a whole number from 1 to 1024; see 'parity fuzz --help'", "fuzz", "--jobs", "0")]
    [InlineData("--jobs 2000: --jobs wants a whole number from 1 to 1024; see 'parity run --help'", "run", "--jobs", "2000")]
    [InlineData("--timeout 0: --timeout wants a number of seconds above 0, up to 1000000; see 'parity fuzz --help'", "fuzz", "--timeout", "0")]
    [InlineData("--timeout NaN: --timeout wants a number of seconds above 0, up to 1000000; see 'parity run --help'", "run", "--timeout", "NaN")]
    [InlineData("--timeout soon: --timeout wants a number of seconds above 0, up to 1000000; see 'parity run --help'", "run", "--timeout", "soon")]
    [InlineData("--duration 5: write a time as 30s, 10m or 8h", "fuzz", "--duration", "5")]
    [InlineData("--duration -5s: write a time as 30s, 10m or 8h", "fuzz", "--duration", "-5s")]
    [InlineData("--duration 0s: write a time as 30s, 10m or 8h", "fuzz", "--duration", "0s")]
    [InlineData("--shard 0/3: write K/N with K from 1 to N, as in 2/7, and N up to 1000000", "fuzz", "--shard", "0/3")]
    [InlineData("--shard 4/3: write K/N with K from 1 to N, as in 2/7, and N up to 1000000", "fuzz", "--shard", "4/3")]
    [InlineData("--shard 1: write K/N with K from 1 to N, as in 2/7, and N up to 1000000", "fuzz", "--shard", "1")]
    [InlineData("--shard -1/3: write K/N with K from 1 to N, as in 2/7, and N up to 1000000", "fuzz", "--shard", "-1/3")]
    [InlineData("'ulp:x' is not a tolerance; write bound, torch, ulp:4 or RTOL,ATOL as in 1e-5,1e-8", "fuzz", "--tolerance", "ulp:x")]
    [InlineData("--memory 4X: write a size as 4G or 500M, or 0 for no limit", "fuzz", "--memory", "4X")]
    [InlineData("--memory -1: write a size as 4G or 500M, or 0 for no limit", "fuzz", "--memory", "-1")]
    [InlineData("--memory 99999999999G: write a size as 4G or 500M, or 0 for no limit", "fuzz", "--memory", "99999999999G")]
    [InlineData("--where \"q=1\": position 1: 'q' is not a field, a number or a word; the fields are n ic oc l k s p op d g span lout lout64 output_size bias unbatched legal elements finite grad_input grad_weight grad_bias dtype wdtype bdtype form mode", "fuzz", "--where", "q=1")]
    [InlineData("--where \"\": position 1: a comparison is missing", "run", "--where", "")]
    [InlineData("--fixtures nowhere: there is no such folder", "run", "--fixtures", "nowhere")]
    [InlineData("--problem \"\": the problem is empty; write for example 'l4_k3 float32 integer seed1'", "run", "--problem", "")]
    [InlineData("--problem \"l4_q3\": 'q3' is not part of a problem; the keys are n ic oc l k s p op d g bias unbatched module, a dtype, a pass (forward, grad_input ...), a regime, seed", "run", "--problem", "l4_q3")]
    [InlineData("Required argument DIR missing for command: 'report'; see 'parity report --help'", "report")]
    [InlineData("nowhere/summary.json: there is no such folder; name the --out of a run", "report", "nowhere")]
    [InlineData("nowhere/summary.json: there is no such folder; name the --out of a run", "report", "nowhere", "elsewhere", "--out", "all")]
    [InlineData("a report of several shards belongs to none of their folders: name one for it by --out DIR", "report", "a", "b")]
    [InlineData("Required argument missing for option: '--baseline'; see 'parity report --help'", "report", "a", "--baseline")]
    [InlineData("Required argument PROBLEM missing for command: 'explain'; see 'parity explain --help'", "explain")]
    [InlineData("\"l4_q3\": 'q3' is not part of a problem; the keys are n ic oc l k s p op d g bias unbatched module, a dtype, a pass (forward, grad_input ...), a regime, seed", "explain", "l4_q3")]
    [InlineData("Options '--input-length' and '--output-length' are required; see 'parity solve --help'", "solve")]
    [InlineData("--problem \"l4_k3_stride2\": 'stride2' is not part of a problem; did you mean 's2'? the keys are n ic oc l k s p op d g bias unbatched module, a dtype, a pass (forward, grad_input ...), a regime, seed", "run", "--problem", "l4_k3_stride2")]
    [InlineData("--problem \"l4_k3 flaot32\": 'flaot32' is not part of a problem; did you mean 'float32'? the keys are n ic oc l k s p op d g bias unbatched module, a dtype, a pass (forward, grad_input ...), a regime, seed", "run", "--problem", "l4_k3 flaot32")]
    [InlineData("--last-failed: runs what failed, and nothing else; leave FILE and --problem out", "run", "--problem", "l4_k3", "--last-failed")]
    [InlineData("parity-out/run.json: there is no such file; name the --out of a run", "run", "--last-failed")]
    [InlineData("Option '--output-length' is required; see 'parity solve --help'", "solve", "--input-length", "5")]
    [InlineData("--input-length 0: --input-length wants a whole number from 1 to 1000000000; see 'parity solve --help'", "solve", "--input-length", "0", "--output-length", "5")]
    [InlineData("--output-length many: --output-length wants a whole number from 1 to 1000000000; see 'parity solve --help'", "solve", "--input-length", "5", "--output-length", "many")]
    [InlineData("--scale -2: --scale wants a whole number from 1 to 1000; see 'parity solve --help'", "solve", "--input-length", "5", "--output-length", "9", "--scale", "-2")]
    public void Is_told_in_one_line(string message, params string[] arguments)
    {
        _parity.Run(arguments);

        AssertRefused(message);
    }

    [Fact]
    public void With_standard_error_closed_the_exit_code_still_tells()
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' fuzz --count x 2>&-"]) { UseShellExecute = false })!;
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
    }

    [Theory]
    [InlineData("mine", "there is no runner 'mine'; there are kernel, kernel:scalar, ")]
    [InlineData("kernal", "there is no runner 'kernal'; did you mean 'kernel'? there are kernel, kernel:scalar, ")]
    [InlineData("./libmine.so", "there is no runner './libmine.so'; did you mean 'native:./libmine.so'? there are kernel, ")]
    [InlineData("Mine.dll", "there is no runner 'Mine.dll'; did you mean 'assembly:Mine.dll'? there are kernel, ")]
    [InlineData("vocoder.onnx", "there is no runner 'vocoder.onnx'; did you mean 'onnx:vocoder.onnx'? there are kernel, ")]
    [InlineData("kernel:1024", "kernel:1024: the levels are scalar, 128, 256, 512")]
    [InlineData("oracle:2", "there is no runner 'oracle:2'; did you mean 'oracle'? there are ")]
    [InlineData("native:", "there is no runner 'native:'; there are ")]
    [InlineData("", "there is no runner ''; there are ")]
    [InlineData("assembly:", "there is no runner 'assembly:'; there are ")]
    [InlineData("assembly:nowhere.dll", "nowhere.dll cannot be loaded: there is no such file")]
    [InlineData("assembly:/tmp", "/tmp cannot be loaded: it is a folder; name the .dll in it")]
    [InlineData("assembly:/etc/passwd", "/etc/passwd cannot be loaded: it is not a .NET assembly for this platform")]
    public void An_unknown_runner_is_told_with_the_known_ones(string name, string message)
    {
        _parity.Run("run", "--reference", "oracle", "--candidate", name, "--problem", "l1_k1");

        AssertRefused(null);
        Assert.StartsWith("parity: " + message, _parity.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_profile_is_told_with_the_known_ones()
    {
        _parity.Run("fuzz", "--profile", "quick");

        AssertRefused("Argument 'quick' not recognized. Must be one of: 'smoke' 'ci' 'nightly'; see 'parity fuzz --help'");
    }

    [Theory]
    [InlineData("nowhere.csv", null, "nowhere.csv: there is no such file")]
    [InlineData("empty.csv", "", "empty.csv: is empty; the first line must name the columns")]
    [InlineData("column.csv", "name,problem,speed\n", "column.csv:1:speed: there is no such column")]
    [InlineData("semicolons.csv", "name;problem\na;l4_k3\n", "semicolons.csv:1: the columns are separated by semicolons; save the file with commas, as in name,problem")]
    [InlineData("unnamed.csv", "name,problem,\na,l4_k3,\n", "unnamed.csv:1: column 3 has no name; name it, or remove the comma that makes it")]
    [InlineData("fields.csv", "name,problem\na,l4_k3,1\n", "fields.csv:2: has 3 fields, but the header has 2")]
    [InlineData("quote.csv", "name,problem\na,\"l4_k3\n", "quote.csv:2: a quote")]
    [InlineData("problem.csv", "name,problem\na,l4_k3\nb,l4_z3\n", "problem.csv:3:problem: 'z3' is not part of a problem")]
    [InlineData("values.csv", "name,problem,input\na,l4_k3,\"[1,2]\"\n", "values.csv:2:input: input holds 2 values, but its shape [1,1,4] has 4")]
    [InlineData("outcome.csv", "name,problem,outcome\na,l4_k3,maybe\n", "outcome.csv:2:outcome: ")]
    [InlineData("twice.csv", "name,problem\na,l4_k3\na,l5_k3\n", "twice.csv:3:name: ")]
    public void A_malformed_file_is_told_with_file_line_and_column(string name, string? text, string message)
    {
        if (text is not null)
        {
            _parity.Write(name, text);
        }

        _parity.Run("run", name, "--reference", "oracle");

        AssertRefused(null);
        Assert.Contains(message, _parity.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l99999999999_k1", "input of shape [1, 1, 99999999999] cannot be made")]
    [InlineData("l4_k3 input=[1,2,3]", "input of shape [1, 1, 4] has 4 elements, but 3 values are given")]
    [InlineData("n2000000_ic1000_l1_k1", "input, weight and bias need 8000004000 bytes, more than half of the 4294967296 that --memory allows")]
    [InlineData("l1_k1 x=1x1", "")]
    public void Tensors_that_cannot_be_made_are_told_before_anything_is_run(string problem, string message)
    {
        _parity.Run("run", "--problem", problem, "--reference", "oracle");
        if (message.Length == 0)
        {
            // Only a problem that PyTorch would take as unbatched input: legal, and run.
            Assert.Equal(0, _parity.ExitCode);
            return;
        }

        AssertRefused(null);
        Assert.Contains(message, _parity.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no_symbol", "it does not export parity_conv_transpose1d")]
    [InlineData("wrong_version", "it was built for version 4 of parity_runner.h and this is version 3")]
    public void A_library_that_is_no_runner_is_told_with_its_path(string name, string message)
    {
        var path = NativeCompiler.Build(name);
        _parity.Run("run", "--problem", "l1_k1", "--reference", "oracle", "--candidate", $"native:{path}");

        AssertRefused(null);
        Assert.StartsWith($"parity: {path}: {message}", _parity.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_told_with_its_path()
    {
        _parity.Write("text.so", "not a library");
        _parity.Run("run", "--problem", "l1_k1", "--reference", "oracle", "--candidate", "native:text.so");

        Assert.Equal((2, ""), (_parity.ExitCode, _parity.Output));
        Assert.Contains("text.so: it cannot be loaded as a shared library: ", Assert.Single(_parity.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_parity.Folder, "parity-out")));
    }

    [Fact]
    public void A_library_that_is_not_there_is_told_with_its_path()
    {
        _parity.Run("run", "--problem", "l1_k1", "--reference", "oracle", "--candidate", "native:./nowhere.so");

        AssertRefused(null);
        Assert.Contains("nowhere.so: there is no such file", _parity.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void In_process_tells_the_same()
    {
        _parity.Run("run", "--problem", "l1_k1", "--reference", "oracle", "--candidate", "mine", "--in-process");

        AssertRefused(null);
        Assert.StartsWith("parity: there is no runner 'mine'", _parity.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistyped_runner_does_not_cost_the_results_of_the_last_run()
    {
        Assert.Equal(0, _parity.Run("run", "--problem", "l4_k3", "--reference", "oracle", "--all-rows").ExitCode);
        var before = File.ReadAllText(_parity.MismatchesOfLines);

        Assert.Equal(2, _parity.Run("run", "--problem", "l4_k3", "--reference", "oracle", "--candidate", "mine").ExitCode);
        Assert.Equal(before, File.ReadAllText(_parity.MismatchesOfLines));
    }

    [Fact]
    public void Another_runs_folder_is_kept_unless_forced()
    {
        string[] run = ["run", "--reference", "oracle", "--out", "kept", "--problem"];
        Assert.Equal(0, _parity.Run([.. run, "l4_k3"]).ExitCode);
        _parity.Run([.. run, "l5_k3"]);
        Assert.Equal((2, "", "parity: --out kept: holds the results of another run; name another folder, or overwrite them by --force\n"), (_parity.ExitCode, _parity.Output, _parity.Errors));
        Assert.Equal(0, _parity.Run([.. run, "l5_k3", "--force"]).ExitCode);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told()
    {
        _parity.Write("file", "");
        _parity.Run("run", "--reference", "oracle", "--problem", "l4_k3", "--out", "file/below");

        Assert.Equal((2, ""), (_parity.ExitCode, _parity.Output));
        Assert.StartsWith("parity: --out file/below: cannot be written: ", Assert.Single(_parity.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_without_a_place_for_it_is_told_before_the_run()
    {
        var bare = Directory.CreateTempSubdirectory("parity-bare-").FullName;
        try
        {
            // The program outside of a checkout, in a folder without fixtures.
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(bare, Path.GetFileName(file)));
            }

            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [Path.Combine(bare, "parity.dll"), "run", "--problem", "l4_k3", "--reference", "oracle", "--record"])
            {
                WorkingDirectory = _parity.Folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();

            Assert.Equal((2, "parity: --record: there is no fixtures folder; name it by --fixtures DIR\n"), (process.ExitCode, errors));
        }
        finally
        {
            Directory.Delete(bare, recursive: true);
        }
    }

    public void Dispose() => _parity.Dispose();

    private void AssertRefused(string? message)
    {
        var line = Assert.Single(_parity.Errors.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("parity: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", line, StringComparison.Ordinal);
        Assert.Equal((2, ""), (_parity.ExitCode, _parity.Output));
        if (message is not null)
        {
            Assert.Equal($"parity: {message}", line);
        }

        // Nothing half-written.
        Assert.False(Directory.Exists(Path.Combine(_parity.Folder, "parity-out")));
    }
}
