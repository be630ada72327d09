using System.Runtime.CompilerServices;

using ParityHarness.Runners;
using ParityHarness.Runners.Native;

namespace ParityHarness.Tests;

/// <summary>
/// A process holds one libtorch. In the tests' own it is the system's, whose layouts and guard pages they try; torchsharp,
/// which in the parity command is loaded in the worker, runs in a process of its own here.
/// </summary>
internal static class TestProcess
{
    [ModuleInitializer]
    internal static void LoadLibtorchFirst()
    {
        if (NativeLibraries.TryFind("parity_libtorch", out _, out _))
        {
            RunnerCatalog.Create("libtorch", null).Dispose();
        }
    }
}
