using System.Diagnostics;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

using TorchSharp;

using Parameter = TorchSharp.Modules.Parameter;
using TorchModule = TorchSharp.Modules.ConvTranspose1d;
using TorchTensor = TorchSharp.torch.Tensor;

namespace ParityHarness.TorchSharp;

/// <summary>
/// One call through TorchSharp, with its tensors and, in the module form, its module. The gradients are autograd's: the
/// graph is made once, and each call goes back through it for the gradients that are wanted and no others.
/// </summary>
internal sealed class TorchSharpCall : IPreparedCall
{
    private readonly Problem _problem;
    private readonly int _threads;
    private readonly List<IDisposable> _owned = [];
    private readonly TorchTensor _input;
    private readonly TorchTensor _weight;
    private readonly TorchTensor? _bias;
    private readonly TorchModule? _module;
    private readonly List<TorchTensor> _wanted = [];
    private readonly TorchTensor? _output;
    private readonly TorchTensor? _gradOutput;

    /// <summary>Makes tensors and module, and of a backward pass the graph.</summary>
    /// <param name="problem">What is computed.</param>
    /// <param name="tensors">The numbers, which are copied.</param>
    /// <param name="threads">On how many threads <see cref="Run"/> computes.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">libtorch refuses something.</exception>
    public TorchSharpCall(Problem problem, TensorSet tensors, int threads = 1)
    {
        (_problem, _threads) = (problem, threads);
        try
        {
            _input = Own(TorchTensors.From(tensors.Input));
            _weight = Own(TorchTensors.From(tensors.Weight));
            _bias = tensors.Bias is { } bias ? Own(TorchTensors.From(bias)) : null;
            if (problem.Form == Form.Module)
            {
                _module = Own(MakeModule());
            }

            if (problem.IsBackward)
            {
                Want(Pass.GradInput, _input);
                Want(Pass.GradWeight, _module is null ? _weight : _module.weight!);
                Want(Pass.GradBias, _module is null ? _bias! : _module.bias!);
                _output = Own(Forward());
                // Where PyTorch should have rejected the problem there is none.
                _gradOutput = Own(tensors.GradOutput is { } given ? TorchTensors.From(given) : torch.zeros_like(_output));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What TorchSharp's signatures cannot express, or null.</summary>
    public static string? Inexpressible(Problem problem)
    {
        return !problem.HasOneValueEach
            ? "TorchSharp takes one value for each of stride, padding, output_padding and dilation, no lists"
            : null;
    }

    /// <summary>The output, or the gradients: one as it is, several as one flat tensor. The caller's to dispose.</summary>
    public TorchTensor Compute()
    {
        if (!_problem.IsBackward)
        {
            using var withoutGradient = torch.no_grad();
            return Forward();
        }

        var gradients = torch.autograd.grad([_output!], _wanted, [_gradOutput!], retain_graph: true);
        if (gradients.Count == 1)
        {
            return gradients[0];
        }

        var flat = gradients.Select(gradient => gradient.reshape(-1)).ToArray();
        var all = torch.cat(flat, 0);
        foreach (var part in gradients.Concat(flat))
        {
            part.Dispose();
        }

        return all;
    }

    /// <inheritdoc/>
    public double Run(long repetitions)
    {
        torch.set_num_threads(_threads);
        try
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0L; i < repetitions; i++)
            {
                Compute().Dispose();
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            torch.set_num_threads(1);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _owned.Clear();
    }

    private T Own<T>(T made)
        where T : IDisposable
    {
        _owned.Add(made);
        return made;
    }

    private void Want(Pass gradient, TorchTensor operand)
    {
        if (_problem.Pass.HasFlag(gradient))
        {
            operand.requires_grad = true;
            _wanted.Add(operand);
        }
    }

    private TorchTensor Forward()
    {
        if (_module is null)
        {
            return torch.nn.functional.conv_transpose1d(
                _input,
                _weight,
                _bias,
                _problem.StrideArgument.Value,
                _problem.PaddingArgument.Value,
                _problem.OutputPaddingArgument.Value,
                _problem.DilationArgument.Value,
                _problem.Groups);
        }

        return _problem.OutputSize is { } size
            ? _module.forward(_input, [.. size])
            : _module.call(_input);
    }

    private TorchModule MakeModule()
    {
        var module = torch.nn.ConvTranspose1d(
            _problem.InChannels,
            _problem.OutChannels,
            _problem.KernelSize,
            _problem.StrideArgument.Value,
            _problem.PaddingArgument.Value,
            _problem.OutputPaddingArgument.Value,
            _problem.DilationArgument.Value,
            (PaddingModes)(int)_problem.PaddingMode,
            _problem.Groups,
            bias: _bias is not null);

        // The parameters are replaced, not copied into: so they have the problem's shape and dtype even where the
        // module's own differ, and libtorch judges that.
        module.weight = new Parameter(_weight, requires_grad: false);
        if (_bias is not null)
        {
            module.bias = new Parameter(_bias, requires_grad: false);
        }

        return module;
    }
}
