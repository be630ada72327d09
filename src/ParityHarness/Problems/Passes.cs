namespace ParityHarness.Problems;

/// <summary>Names of the passes, and facts about them.</summary>
internal static class Passes
{
    /// <summary>The gradients, in the order in which an answer holds them.</summary>
    public static IReadOnlyList<Pass> Gradients { get; } = [Pass.GradInput, Pass.GradWeight, Pass.GradBias];

    /// <summary>What a problem's line may say.</summary>
    internal const string Allowed = "there are forward, grad_input, grad_weight and grad_bias, and several gradients joined by + as in grad_input+grad_weight";

    /// <summary>Whether gradients are computed.</summary>
    public static bool IsBackward(this Pass pass) => pass != Pass.Forward;

    /// <summary>How many gradients are computed; 0 in the forward pass.</summary>
    public static int GradientCount(this Pass pass) => pass.IsBackward() ? System.Numerics.BitOperations.PopCount((uint)pass) : 0;

    /// <summary>As a problem's line holds it: forward, or the gradients joined by +.</summary>
    public static string Name(this Pass pass) => pass == Pass.Forward ? "forward" : string.Join('+', Enum.GetValues<Pass>().Where(one => pass.HasFlag(one)).Select(NameOfOne));

    /// <summary>The pass of that name.</summary>
    /// <exception cref="FormatException">There is none; the message says which there are.</exception>
    public static Pass Parse(string name)
    {
        var pass = default(Pass);
        foreach (var word in name.Split('+'))
        {
            var one = Enum.GetValues<Pass>().FirstOrDefault(known => NameOfOne(known) == word);
            if (one == default)
            {
                throw new FormatException($"'{ProblemText.Show(name)}' is not a pass; {Allowed}");
            }

            if (pass.HasFlag(one))
            {
                throw new FormatException($"'{ProblemText.Show(name)}' asks for {word} twice");
            }

            pass |= one;
        }

        return pass.HasFlag(Pass.Forward) && pass != Pass.Forward
            ? throw new FormatException($"'{ProblemText.Show(name)}' asks for the output and for gradients, which are two problems; {Allowed}")
            : pass;
    }

    private static string NameOfOne(Pass pass) => pass switch
    {
        Pass.Forward => "forward",
        Pass.GradInput => "grad_input",
        Pass.GradWeight => "grad_weight",
        _ => "grad_bias",
    };
}
