using Microsoft.ML.OnnxRuntime;

namespace ParityHarness.OnnxRuntime;

/// <summary>The process' ONNX Runtime.</summary>
internal static class OnnxEnvironment
{
    private static readonly Lazy<OrtEnv> Environment = new(() =>
    {
        // Errors come back as exceptions; its own lines on standard error would stand between ours.
        var options = new EnvironmentCreationOptions { logId = "ParityHarness", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return OrtEnv.CreateInstanceWithOptions(ref options);
    });

    /// <summary>The version, e.g. 1.31.1.</summary>
    public static string Version => Environment.Value.GetVersionString();

    /// <summary>Where and how it computes.</summary>
    public static string Details => "CPUExecutionProvider, 1 thread";

    /// <summary>Loads it.</summary>
    public static void Load() => _ = Environment.Value;
}
