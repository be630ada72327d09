using ParityHarness.Tests.Runners.Native;

namespace ParityHarness.Tests.Runners.Pipe;

/// <summary>The Python example of src/examples, as it is or with some of its text replaced, as an exec: command.</summary>
internal static class PythonProgram
{
    public static string Example { get; } = Path.Combine(NativeCompiler.Root, "src", "examples", "conv_transpose1d.py");

    /// <summary>The command that runs the example.</summary>
    public static string Right { get; } = $"python3 '{Example}'";

    /// <summary>The command that runs the example, or what it imports, with a text replaced, which must stand in one of them.</summary>
    public static string With(string name, string text, string by)
    {
        const string Import = "from parity_pipe import serve\n";
        var source = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Example)!, "parity_pipe.py")) + File.ReadAllText(Example).Replace(Import, "", StringComparison.Ordinal);
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
