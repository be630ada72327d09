using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>A test that needs Debian's PyTorch; where it is missing it is skipped, with that as the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PyTorchFactAttribute : FactAttribute
{
    public const string Python = "/usr/bin/python3";

    public PyTorchFactAttribute()
    {
        if (!File.Exists(Python) || !Directory.Exists("/usr/lib/python3/dist-packages/torch"))
        {
            Skip = "PyTorch for Python is missing: scripts/setup --tests";
        }
    }
}
