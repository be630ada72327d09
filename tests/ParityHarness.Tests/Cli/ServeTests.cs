using System.Diagnostics;

using ParityHarness.Tests.Runners.Native;
using ParityHarness.Tests.Runners.Pipe;

using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>parity serve.</summary>
public class ServeTests
{
    [Fact]
    public void What_a_served_library_prints_does_not_get_between_the_answers()
    {
        var source = NativeCompiler.File("talks.c");
        File.WriteAllText(source, $$"""
            #include "{{NativeCompiler.Sources}}/correct.h"
            #include <stdio.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                printf("computing\n");
                fflush(stdout);
                return correct(call);
            }
            """);
        var library = NativeCompiler.Compile(source, "talks.so", "-shared", "-fPIC");
        using var parity = new Parity();
        parity.Run("run", "--reference", "oracle", "--candidate", "exec:" + ExecRunnerTests.Serve($"native:{library}"), "--problem", "l4_k3 float32 integer seed1");

        Assert.Equal(0, parity.ExitCode);
    }

    [Fact]
    public void It_ends_without_a_word_when_there_are_no_more_requests()
    {
        Assert.Equal((0, "", ""), Serve("kernel", ""));
    }

    [Fact]
    public void What_is_no_request_is_refused_in_one_line()
    {
        var (exit, output, errors) = Serve("kernel", "GET / HTTP/1.1\r\n");

        Assert.Equal((2, ""), (exit, output));
        Assert.Equal("parity serve: a request is not of the pipe protocol: it begins with \"GET / HTTP/1\"; see src/examples/pipe-protocol.md\n", errors);
    }

    [Fact]
    public void An_unknown_runner_is_refused_in_one_line()
    {
        var (exit, output, errors) = Serve("karnel", "");

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("parity: there is no runner 'karnel'; did you mean 'kernel'?", errors, StringComparison.Ordinal);
    }

    private static (int Exit, string Output, string Errors) Serve(string name, string requests)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "parity.dll"), "serve", name])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(requests);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
