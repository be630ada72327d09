using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

using TorchSharp;

namespace ParityHarness.TorchSharp;

/// <summary>
/// PyTorch's ConvTranspose1d through TorchSharp: torch.nn.functional.conv_transpose1d, or torch.nn.ConvTranspose1d where
/// the problem asks for the module. libtorch makes every check; nothing is decided here but what TorchSharp's signatures
/// cannot express. One thread.
/// </summary>
public sealed class TorchSharpRunner : IRunner
{
    private static readonly Version? TorchSharpVersion = typeof(torch).Assembly.GetName().Version;

    /// <summary>Loads libtorch.</summary>
    /// <exception cref="NotSupportedException">libtorch cannot be loaded; the message says why in one line.</exception>
    /// <exception cref="InvalidOperationException">Another libtorch is already in this process.</exception>
    public TorchSharpRunner()
    {
        OlderSystems.Support();

        // Where TorchSharp finds no libtorch it prints its search on stdout, which is for results, before it throws the same.
        var output = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (OlderSystems.WhyNot is { } why)
        {
            throw new NotSupportedException(why, e);
        }
        finally
        {
            Console.SetOut(output);
        }

        torch.set_num_threads(1);
        var libraries = LoadedLibtorch();
        if (libraries.Length > 1)
        {
            throw new InvalidOperationException($"two libtorch are in one process, {string.Join(" and ", libraries)}; reach one of them through exec:");
        }

        if (libraries is [var library])
        {
            Backtraces.LeaveOut(Path.Combine(Path.GetDirectoryName(library)!, "libc10.so"));
        }

        var adapted = OlderSystems.WasNeeded ? ", libLibTorchSharp.so adapted in memory to a libstdc++ older than GCC 13's" : "";
        Details = $"TorchSharp {TorchSharpVersion?.ToString(3)}, 1 thread{adapted}";
    }

    /// <inheritdoc/>
    public string Name => "torchsharp";

    /// <summary>
    /// The libtorch for which TorchSharp was built, from the constant torch.__version__: TorchSharp does not ask the
    /// library. The constant's fourth part counts TorchSharp's packages of one libtorch and is left out.
    /// </summary>
    public string Version => string.Join('.', torch.__version__.Split('.').Take(3));

    /// <inheritdoc/>
    public string Details { get; }

    /// <inheritdoc/>
    public bool TakesStrides => true;

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        using var scope = torch.NewDisposeScope();
        Answer(problem, tensors, outcome, threads: 1)?.Dispose();
    }

    /// <inheritdoc/>
    IPreparedCall? IRunner.Prepare(Problem problem, TensorSet tensors, Outcome outcome, int threads) => Answer(problem, tensors, outcome, threads);

    /// <inheritdoc/>
    public void Dispose()
    {
        // libtorch cannot be unloaded, and every tensor is released by its own call.
    }

    /// <summary>Asks, and fills the outcome; the call where it is completed, else null.</summary>
    private static TorchSharpCall? Answer(Problem problem, TensorSet tensors, Outcome outcome, int threads)
    {
        if (TorchSharpCall.Inexpressible(problem) is { } reason)
        {
            outcome.Unsupport(reason);
            return null;
        }

        TorchSharpCall? call = null;
        try
        {
            call = new TorchSharpCall(problem, tensors, threads);
            using var scope = torch.NewDisposeScope();
            TorchTensors.Answer(call.Compute(), outcome);
            if (outcome.Kind == OutcomeKind.Completed)
            {
                return call;
            }
        }
        catch (ExternalException e)
        {
            LibtorchMessages.Answer(outcome, e.Message, problem);
        }
        catch (ArgumentException e) when (e.Message.Contains("channels to ConvTranspose1d", StringComparison.Ordinal))
        {
            // One text of TorchSharp's module for two rules.
            outcome.Reject(problem.InputShape.Length is 2 or 3 ? RejectionReason.InputChannels : RejectionReason.InputDimensions, e.Message);
        }
        catch (ArgumentException e)
        {
            LibtorchMessages.Answer(outcome, e.Message, problem);
        }
        catch (DivideByZeroException e) when (problem.Form == Form.Module)
        {
            // TorchSharp's managed module divides out_channels by groups unchecked.
            outcome.Reject(RejectionReason.NonPositiveGroups, $"torch.nn.ConvTranspose1d: {e.Message}");
        }
        catch (ProblemDataException e)
        {
            outcome.Fault(e.Message);
        }
        catch (Exception e)
        {
            outcome.Fault($"{e.GetType().Name}: {e.Message}");
        }

        call?.Dispose();
        return null;
    }

    /// <summary>The files from which libtorch is loaded, as the operating system knows them.</summary>
    private static string[] LoadedLibtorch()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .Select(module => module.FileName)
            .Where(file => Path.GetFileName(file).Contains("torch_cpu", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
    }
}
