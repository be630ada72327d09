using ParityHarness.Tests.Runners.Native;

namespace ParityHarness.Tests.Runners.Pipe;

/// <summary>The Python example of src/examples, as it is or with some of its text replaced, as an exec: command.</summary>
internal static class PythonProgram
{
    public static string Example { get; } = Path.Combine(NativeCompiler.Root, "src", "examples", "conv_transpose1d.py");

    /// <summary>The command that runs the example.</summary>
    public static string Right { get; } = $"python3 '{Example}'";

    private static string Protocol { get; } = Path.Combine(NativeCompiler.Root, "src", "examples", "parity_pipe.py");

    /// <summary>The command that runs the example, with its half of the protocol in one file, with a text replaced, which must stand in it.</summary>
    public static string With(string name, string text, string by)
    {
        var source = File.ReadAllText(Protocol) + File.ReadAllText(Example).Replace("from parity_pipe import serve", "", StringComparison.Ordinal);
        if (!source.Contains(text, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"the example has no '{text}'");
        }

        var path = NativeCompiler.File(name + ".py");
        File.WriteAllText(path, source.Replace(text, by, StringComparison.Ordinal));
        return $"python3 '{path}'";
    }

    /// <summary>The command that runs the example with a statement before it computes.</summary>
    public static string Before(string name, string statement) =>
        With(name, "    y = forward(", $"    import os; {statement}\n    y = forward(");
}
