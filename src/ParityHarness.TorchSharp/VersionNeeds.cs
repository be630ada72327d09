using System.Buffers.Binary;
using System.Text;

namespace ParityHarness.TorchSharp;

/// <summary>
/// The versions of other libraries' symbols that an ELF64 shared library of little-endian order needs: its section of type
/// SHT_GNU_verneed. Source: Linux Standard Base, Core, "Symbol Versioning".
/// </summary>
internal static class VersionNeeds
{
    private const uint SectionOfVersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>
    /// Marks one need as weak, so that the loader accepts a library without that version: it then warns nobody and refuses
    /// nothing, and a symbol of that version which is really used would still be missing.
    /// </summary>
    /// <param name="elf">The library's bytes; two of them change, the need's flags.</param>
    /// <param name="library">The needed library's name, e.g. libstdc++.so.6.</param>
    /// <param name="version">The version's name, e.g. GLIBCXX_3.4.32.</param>
    /// <returns>Whether there is such a need.</returns>
    /// <exception cref="InvalidDataException">The bytes are not such a library.</exception>
    public static bool TryWeaken(Span<byte> elf, string library, string version)
    {
        try
        {
            return Find(elf, library, version) is { } flags && Set(elf, flags);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("it is cut off, or is not an ELF library", e);
        }
    }

    private static bool Set(Span<byte> elf, int flags)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(elf[flags..], (ushort)(UInt16(elf, flags) | Weak));
        return true;
    }

    /// <summary>Where the flags of a need (vna_flags) stand, or null where there is no such need.</summary>
    private static int? Find(ReadOnlySpan<byte> elf, string library, string version)
    {
        if (!elf.StartsWith("\x7f"u8 + "ELF\x02\x01"u8))
        {
            throw new InvalidDataException("it is not a 64-bit little-endian ELF library");
        }

        var sections = Int64(elf, 40);
        var sectionSize = UInt16(elf, 58);
        for (var i = 0; i < UInt16(elf, 60); i++)
        {
            var section = checked(sections + i * sectionSize);
            if (UInt32(elf, section + 4) == SectionOfVersionNeeds)
            {
                var names = Int64(elf, checked(sections + (int)UInt32(elf, section + 40) * sectionSize) + 24);
                return Find(elf, Int64(elf, section + 24), (int)UInt32(elf, section + 44), names, library, version);
            }
        }

        return null;
    }

    /// <summary>Goes through Elf64_Verneed {version, count, file, aux, next} and its Elf64_Vernaux {hash, flags, other, name, next}.</summary>
    private static int? Find(ReadOnlySpan<byte> elf, int need, int needs, int names, string library, string version)
    {
        for (var n = 0; n < needs; n++, need += (int)UInt32(elf, need + 12))
        {
            if (Text(elf, names + (int)UInt32(elf, need + 4)) != library)
            {
                continue;
            }

            var entry = need + (int)UInt32(elf, need + 8);
            for (var count = UInt16(elf, need + 2); count > 0; count--, entry += (int)UInt32(elf, entry + 12))
            {
                if (Text(elf, names + (int)UInt32(elf, entry + 8)) == version)
                {
                    return entry + 4;
                }
            }
        }

        return null;
    }

    private static ushort UInt16(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static uint UInt32(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]);

    private static int Int64(ReadOnlySpan<byte> elf, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf[at..]));

    private static string Text(ReadOnlySpan<byte> elf, int at)
    {
        var rest = elf[at..];
        var end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }
}
