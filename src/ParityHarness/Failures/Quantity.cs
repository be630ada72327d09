using System.Numerics;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>A number that a problem has, and below or above which an implementation may go another way.</summary>
/// <param name="Name">A parameter's name, or a noun for so many of it.</param>
/// <param name="Of">The number.</param>
/// <param name="Drivers">The parameters that it grows with.</param>
/// <param name="IsParameter">Whether it is a parameter by itself.</param>
internal sealed record Quantity(string Name, Func<Problem, long> Of, IReadOnlyList<Quantity.Driver> Drivers, bool IsParameter)
{
    /// <summary>A parameter that can be set; literal numbers are left out of the problem.</summary>
    /// <param name="Get">Its value.</param>
    /// <param name="Set">The problem with another value.</param>
    internal sealed record Driver(Func<Problem, long> Get, Func<Problem, long, Problem> Set);

    private static readonly Driver Batch = new(p => p.Unbatched ? 1 : p.Batch, (p, v) => p with { Unbatched = false, Batch = v });
    private static readonly Driver InChannels = new(p => Conditions.PerGroup(p.InChannels, p), (p, v) => p with { InChannels = v * p.Groups });
    private static readonly Driver OutChannels = new(p => Conditions.PerGroup(p.OutChannels, p), (p, v) => p with { OutChannels = v * p.Groups });
    private static readonly Driver Groups = new(p => p.Groups, (p, v) => p with { Groups = v, InChannels = Conditions.PerGroup(p.InChannels, p) * v, OutChannels = Conditions.PerGroup(p.OutChannels, p) * v });
    private static readonly Driver Length = new(p => p.Length, (p, v) => p with { Length = v });
    private static readonly Driver KernelSize = new(p => p.KernelSize, (p, v) => p with { KernelSize = v });
    private static readonly Driver Stride = new(p => p.Stride, (p, v) => p with { Stride = v });
    private static readonly Driver Dilation = new(p => p.Dilation, (p, v) => p with { Dilation = v });
    private static readonly Driver Padding = new(p => p.Padding, (p, v) => p with { Padding = v });
    private static readonly Driver OutputPadding = new(p => p.OutputPadding, (p, v) => p with { OutputPadding = v });

    /// <summary>All of them, the plainest first.</summary>
    public static IReadOnlyList<Quantity> All { get; } =
    [
        new("stride", Stride.Get, [Stride], true),
        new("dilation", Dilation.Get, [Dilation], true),
        new("kernel_size", KernelSize.Get, [KernelSize], true),
        new("padding", Padding.Get, [Padding], true),
        new("output_padding", OutputPadding.Get, [OutputPadding], true),
        new("groups", Groups.Get, [Groups], true),
        new("batch", Batch.Get, [Batch], true),
        new("input length", Length.Get, [Length], true),
        new("input channels a group", InChannels.Get, [InChannels], true),
        new("output channels a group", OutChannels.Get, [OutChannels], true),
        new("terms an output", p => Conditions.PerGroup(p.InChannels, p) * p.KernelSize, [InChannels, KernelSize], false),
        new("input channels", p => p.InChannels, [InChannels, Groups], false),
        new("output channels", p => p.OutChannels, [OutChannels, Groups], false),
        new("output positions", Conditions.OutputLength, [Length, Stride], false),
        new("positions that the taps span", Conditions.Span, [KernelSize, Dilation], false),
        new("output positions of the whole batch", p => Batch.Get(p) * Conditions.OutputLength(p), [Length, Batch], false),
        new("outputs", p => Batch.Get(p) * p.OutChannels * Conditions.OutputLength(p), [Length, OutChannels, Batch], false),
        new("inputs", p => Batch.Get(p) * p.InChannels * p.Length, [Length, InChannels, Batch], false),
        new("weights", p => Conditions.PerGroup(p.OutChannels, p) * p.InChannels * p.KernelSize, [OutChannels, KernelSize, InChannels], false),
    ];

    /// <summary>The condition that it is so much or more.</summary>
    public Condition From(long least) => Above(least - 1, least);

    /// <summary>The condition that it is just so much.</summary>
    public Condition Exactly(long value) => new(IsSymbol ? $"{Name} {value}" : $"{Conditions.Number(value)} {Name}", p => Of(p) == value);

    /// <summary>
    /// The condition that it is above a limit which lies between a value that passes and one that fails; said with the roundest number that
    /// this leaves room for.
    /// </summary>
    public Condition Above(long passes, long fails)
    {
        var (above, from) = (Roundest(passes, fails - 1), Roundest(passes + 1, fails));
        return Roundness(above) >= Roundness(from)
            ? new(IsSymbol ? $"{Name} > {Conditions.Number(above)}" : $"more than {Conditions.Number(above)} {Name}", p => Of(p) > above)
            : new(IsSymbol ? $"{Name} >= {Conditions.Number(from)}" : $"{Conditions.Number(from)} or more {Name}", p => Of(p) >= from);
    }

    private bool IsSymbol => IsParameter && !Name.EndsWith("a group", StringComparison.Ordinal);

    private static long Roundest(long low, long high)
    {
        var best = low;
        for (var value = low; value <= Math.Min(high, low + 4096); value++)
        {
            best = Roundness(value) > Roundness(best) ? value : best;
        }

        return best;
    }

    /// <summary>Powers of two come before powers of ten and their multiples, those before any other number; small ones are all alike.</summary>
    private static int Roundness(long value) => value switch
    {
        < 16 => 0,
        _ when BitOperations.IsPow2(value) => 3,
        _ when value % 1000 == 0 => 2,
        _ when value % 100 == 0 || value % 64 == 0 => 1,
        _ => 0,
    };
}
