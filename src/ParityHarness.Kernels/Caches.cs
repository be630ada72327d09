using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Kernels;

/// <summary>
/// Sizes in bytes of the data caches that a core reaches: as Linux tells them, else the processor (CPUID leaf 4, 8000001D on AMD's), else those of a
/// common machine. They decide how much is copied at a time, never a bit of a result.
/// </summary>
internal static class Caches
{
    private const long DefaultSecond = 512 * 1024;
    private const long DefaultLast = 8 << 20;
    private const int MostCaches = 16;

    private static readonly (long Second, long Last) Sizes = Read();

    /// <summary>Level 2.</summary>
    public static long Second => Sizes.Second;

    /// <summary>The last level.</summary>
    public static long Last => Sizes.Last;

    private static (long Second, long Last) Read()
    {
        var found = FromLinux();
        found = found.Second > 0 ? found : FromProcessor();
        long second = found.Second > 0 ? found.Second : DefaultSecond;
        return (second, Math.Max(second, found.Last > 0 ? found.Last : DefaultLast));
    }

    private static (long Second, long Last) FromLinux()
    {
        long second = 0, last = 0;
        try
        {
            for (int i = 0; i < MostCaches && Directory.Exists(Folder(i)); i++)
            {
                string size = File.ReadAllText(Folder(i) + "/size").Trim();
                if (int.TryParse(File.ReadAllText(Folder(i) + "/level"), CultureInfo.InvariantCulture, out int level)
                    && size.EndsWith('K') && long.TryParse(size.AsSpan(..^1), CultureInfo.InvariantCulture, out long kilobytes))
                {
                    second = level == 2 ? kilobytes * 1024 : second;
                    last = level >= 2 ? Math.Max(last, kilobytes * 1024) : last;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }

        return (second, last);

        static string Folder(int index) => string.Create(CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu0/cache/index{index}");
    }

    private static (long Second, long Last) FromProcessor()
    {
        if (!X86Base.IsSupported)
        {
            return default;
        }

        bool isAmd = X86Base.CpuId(0, 0).Ebx is 0x68747541 or 0x6F677948; // "Auth", "Hygo"
        long second = 0, last = 0;
        for (int i = 0; i < MostCaches; i++)
        {
            var (eax, ebx, ecx, _) = X86Base.CpuId(isAmd ? unchecked((int)0x8000001D) : 4, i);
            if ((eax & 31) == 0)
            {
                break;
            }

            int level = (eax >> 5) & 7;
            long size = (((ebx >> 22) & 0x3FF) + 1L) * (((ebx >> 12) & 0x3FF) + 1L) * ((ebx & 0xFFF) + 1L) * ((uint)ecx + 1L);
            second = level == 2 ? size : second;
            last = level >= 2 ? Math.Max(last, size) : last;
        }

        return (second, last);
    }
}
