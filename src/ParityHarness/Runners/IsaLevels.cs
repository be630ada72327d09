using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Runners;

/// <summary>
/// Classes of CPUs to which a native runner can be held, as libtorch:avx2 is: what another machine computed can be had on
/// this one. The libraries read their variables when they are loaded, so that such a runner has a process of its own.
/// </summary>
internal static class IsaLevels
{
    // As the kernel tells them: .NET's own words are of what .NET may use, which DOTNET_EnableAVX512=0 and the like change and no library follows.
    private static readonly HashSet<string> Flags = new(
        OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [] : DotNetFlags(),
        StringComparer.Ordinal);

    /// <summary>
    /// What divergences.csv calls an AMD processor that does not tell its cache sizes, as some virtual machines hide them
    /// (CPUID, leaf 8000001D): oneDNN 3 then takes its caches for ones of a byte.
    /// </summary>
    public const string NoCacheSizes = "no_cache_sizes";

    /// <summary>The levels, narrowest first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["sse41", "avx2", "avx512"];

    /// <summary>What of this machine's CPU divergences.csv may name: the levels above the first that it has.</summary>
    public static IReadOnlyList<string> CpuFeatures { get; } =
    [
        .. Flags.Contains("avx2") ? ["avx2"] : Array.Empty<string>(),
        .. Flags.IsSupersetOf(["avx512f", "avx512bw", "avx512cd", "avx512dq"]) ? ["avx512"] : Array.Empty<string>(),
    ];

    /// <summary>
    /// Those of <see cref="CpuFeatures"/> that a runner uses; avx512_bf16 where it is held to no level; and
    /// <see cref="NoCacheSizes"/> from avx2 on. Where it is held to no level of its own, ONEDNN_MAX_CPU_ISA holds it: all
    /// features that divergences.csv names are ones that oneDNN uses, alone or within libtorch.
    /// </summary>
    /// <param name="runner">Its name, e.g. libtorch, or libtorch:avx2, which does not use avx512.</param>
    public static IReadOnlyList<string> CpuFeaturesOf(string runner) =>
        CpuFeaturesOf(runner, Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") ?? Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA"));

    /// <param name="runner">The runner's name.</param>
    /// <param name="maxCpuIsa">What ONEDNN_MAX_CPU_ISA says, e.g. AVX2 or AVX512_CORE; null where it says nothing.</param>
    internal static IReadOnlyList<string> CpuFeaturesOf(string runner, string? maxCpuIsa)
    {
        var level = IndexOf(runner[(runner.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        var isa = level < 0 ? maxCpuIsa?.ToUpperInvariant() ?? "" : "";
        var widest = level >= 0 ? level : isa switch
        {
            "SSE41" or "AVX" => 0,
            _ when isa.StartsWith("AVX2", StringComparison.Ordinal) => 1,
            _ => 2,
        };
        var features = CpuFeatures.Where(feature => IndexOf(feature) <= widest).ToList();
        if (level < 0 && widest == 2 && isa is not ("AVX512_CORE" or "AVX512_CORE_VNNI") && Flags.Contains("avx512_bf16"))
        {
            features.Add("avx512_bf16");
        }

        if (HidesCacheSizes && features.Contains("avx2", StringComparer.Ordinal))
        {
            features.Add(NoCacheSizes);
        }

        return features;
    }

    /// <summary>Whether this is an AMD processor whose CPUID has no cache sizes.</summary>
    public static bool HidesCacheSizes { get; } = X86Base.IsSupported && IsAmd() && X86Base.CpuId(unchecked((int)0x8000001D), 0) is (0, 0, 0, 0);

    private static bool IsAmd()
    {
        var (_, ebx, ecx, edx) = X86Base.CpuId(0, 0);
        return (ebx, edx, ecx) is (0x68747541, 0x69746E65, 0x444D4163); // "Auth" "enti" "cAMD"
    }

    /// <summary>The environment that holds libtorch, its BLAS and oneDNN to a level.</summary>
    /// <param name="runner">The runner's name without the level, for messages.</param>
    /// <param name="level">One of <see cref="Names"/>.</param>
    /// <exception cref="RunnerLoadException">There is no such level, or this CPU does not reach it.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> EnvironmentOf(string runner, string level) => EnvironmentOf(runner, level, CpuFeatures);

    /// <summary>The same on a CPU of such features.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> EnvironmentOf(string runner, string level, IReadOnlyList<string> features)
    {
        var index = IndexOf(level);
        if (index < 0)
        {
            throw new RunnerLoadException($"{runner}:{level}: the levels are {string.Join(", ", Names)}");
        }

        if (index > 0 && !features.Contains(level, StringComparer.Ordinal))
        {
            throw new RunnerLoadException($"{runner}:{level}: this CPU has no {level}; it has {string.Join(", ", [Names[0], .. features])}");
        }

        var (aten, openBlas, mkl, oneDnn) = index switch
        {
            0 => ("default", "Nehalem", "SSE4_2", "SSE41"),
            1 => ("avx2", "Haswell", "AVX2", "AVX2"),
            _ => ("avx512", "SkylakeX", "AVX512", "AVX512_CORE"),
        };
        return
        [
            new("ATEN_CPU_CAPABILITY", aten),
            new("OPENBLAS_CORETYPE", openBlas),
            new("MKL_ENABLE_INSTRUCTIONS", mkl),
            new("ONEDNN_MAX_CPU_ISA", oneDnn),
        ];
    }

    private static string[] DotNetFlags() =>
    [
        .. Avx2.IsSupported ? ["avx2"] : Array.Empty<string>(),
        .. Avx512F.IsSupported && Avx512BW.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported ? ["avx512f", "avx512bw", "avx512cd", "avx512dq"] : Array.Empty<string>(),
    ];

    private static int IndexOf(string level)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == level)
            {
                return i;
            }
        }

        return -1;
    }
}
