using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Campaigns.Workers;
using ParityHarness.Cli.Views;
using ParityHarness.Kernels;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;

using Spectre.Console;

namespace ParityHarness.Cli.Commands;

/// <summary>parity env.</summary>
internal static class EnvCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("env", "Says which reference is in force, its version, and what is missing and why.");
        command.SetAction(_ => Show());
        return command;
    }

    private static int Show()
    {
        var console = Terminal.Output;
        var table = Terminal.Table("runner", "version", "details");
        string? inForce = null;
        foreach (var name in RunnerCatalog.Kinds.Where(kind => kind.StandsAlone).SelectMany(kind => kind.Name == "kernel" ? [kind.Name, .. SimdLevels.Supported.Select(l => "kernel:" + KernelRunner.LevelName(l))] : (string[])[kind.Name]))
        {
            var (info, why) = Probe(name, CommonOptions.WorkerCommand());
            table.AddRow(name.EscapeMarkup(), info?.Version.EscapeMarkup() ?? "[yellow]not here[/]", (info?.Details ?? why).EscapeMarkup());
            inForce ??= info is not null && RunnerCatalog.Kinds.Any(kind => kind.Name == name && kind.IsDefaultReference) ? name : null;
        }

        console.MarkupLine($"reference in force: [bold]{inForce ?? "recorded"}[/]");
        console.Write(table);
        console.MarkupLine($"SIMD levels here: {string.Join(", ", SimdLevels.Supported.Select(KernelRunner.LevelName))}; CPU features that divergences name: {string.Join(", ", IsaLevels.CpuFeatures)}; levels of libtorch and onednn: {string.Join(", ", [IsaLevels.Names[0], .. IsaLevels.CpuFeatures])}");
        console.MarkupLine($".NET {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription.EscapeMarkup()}, {Environment.ProcessorCount} cores");
        console.MarkupLine($"fixtures: {(ProjectFiles.Fixtures() ?? "none here; the known divergences are those that were known when this program was built").EscapeMarkup()}");
        return Program.Holds;
    }

    /// <summary>Loads a runner in a process of its own: two libtorches must never meet in one.</summary>
    private static (RunnerInfo? Info, string Why) Probe(string name, IReadOnlyList<string> command)
    {
        if (RunnerCatalog.WhyNot(name) is { } reason)
        {
            return (null, reason);
        }

        try
        {
            return (WorkerProbe.Load(name, ProjectFiles.Fixtures(), command), "");
        }
        catch (HarnessException e)
        {
            return (null, e.Message);
        }
    }
}
