using System.ComponentModel;
using System.Diagnostics;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>A test that mounts in a namespace of its own; where that is not allowed it is skipped, with that as the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["--map-root-user", "--mount", "true"]) { UseShellExecute = false, RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            Skip = process.ExitCode == 0 ? null : "this machine allows no mounts of one's own (unshare --map-root-user --mount)";
        }
        catch (Win32Exception e)
        {
            Skip = $"unshare is missing: {e.Message}";
        }
    }
}
