using System.CommandLine;
using System.Globalization;

using ParityHarness.Cli.Views;
using ParityHarness.Problems;

using Spectre.Console;

namespace ParityHarness.Cli.Commands;

/// <summary>parity solve.</summary>
internal static class SolveCommand
{
    private const int Shown = 15;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var input = NumberOption.Create("--input-length", "a whole number from 1 to 1000000000", 1L, 1_000_000_000);
        (input.Description, input.HelpName, input.Required) = ("Length of the input", "L", true);
        var output = NumberOption.Create("--output-length", "a whole number from 1 to 1000000000", 1L, 1_000_000_000);
        (output.Description, output.HelpName, output.Required) = ("The wanted length of the output", "M", true);
        var scale = NumberOption.Create("--scale", "a whole number from 1 to 1000", 1L, 1000);
        (scale.Description, scale.HelpName) = ("The stride. Default: any up to 64", "S");
        var kernel = NumberOption.Create("--kernel-size", "a whole number from 1 to 1000", 1L, 1000);
        (kernel.Description, kernel.HelpName) = ("The kernel_size. Default: any up to 16, with --scale up to twice the stride where that is more", "K");
        var command = new Command("solve", """
            Finds parameters that give a wanted output length, best first, with the reason.

            Dilation up to 2, no more padding than the kernel reaches.
            Best: kernel divisible by stride, so no checkerboard; then symmetric, without output_padding; then no dilation; then a kernel of twice the stride.
            Exit code 0 where there are some, 1 where there are none.
            """);
        foreach (var option in (Option[])[input, output, scale, kernel])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Solve(parsed.GetValue(input)!.Value, parsed.GetValue(output)!.Value, parsed.GetValue(scale), parsed.GetValue(kernel)));
        return command;
    }

    private static int Solve(long input, long output, long? scale, long? kernel)
    {
        var all = LengthSolution.Find(input, output, scale, kernel ?? Math.Max(16, 2 * (scale ?? 0)), leastKernelSize: kernel ?? 1);
        if (all.Count == 0)
        {
            Console.WriteLine($"no parameters within the limits make {output} of {input}{(scale is null ? "" : $" with stride {scale}; without --scale any stride is tried")}{(kernel is null ? "" : $"; without --kernel-size {kernel} others are tried")}");
            return Program.DoesNotHold;
        }

        var table = Terminal.Table("k", "s", "p", "op", "d", "why");
        foreach (var column in table.Columns.Take(5))
        {
            column.RightAligned();
        }

        foreach (var one in all.Take(Shown))
        {
            table.AddRow(Number(one.KernelSize), Number(one.Stride), Number(one.Padding), Number(one.OutputPadding), Number(one.Dilation), one.Reason.EscapeMarkup());
        }

        Terminal.Output.Write(table);
        Console.WriteLine($"{all.Count.ToString("N0", CultureInfo.InvariantCulture)} combinations make {output} of {input}{(all.Count > Shown ? $"; the best {Shown} are shown" : "")}");
        var best = all[0];
        Console.WriteLine($"best: torch.nn.ConvTranspose1d(in_channels, out_channels, kernel_size={best.KernelSize}, stride={best.Stride}, padding={best.Padding}, output_padding={best.OutputPadding}, dilation={best.Dilation})");
        return Program.Holds;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
