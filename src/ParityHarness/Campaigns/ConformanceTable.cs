using System.Collections.Immutable;
using System.Text.Json;

using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>What each implementation did with the same problems. The file conformance.json holds it whole.</summary>
internal sealed record ConformanceTable
{
    /// <summary>The file's name.</summary>
    public const string FileName = "conformance.json";

    /// <summary>The harness' version.</summary>
    public required string Version { get; init; }

    /// <summary>Processor, cores and operating system.</summary>
    public required string Machine { get; init; }

    /// <summary>Of which problems: profile, seed and how many.</summary>
    public required string Problems { get; init; }

    /// <summary>The names of the rows.</summary>
    public required ImmutableArray<string> Classes { get; init; }

    /// <summary>The columns.</summary>
    public required ImmutableArray<ConformanceColumn> Columns { get; init; }

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ConformanceJson.Default.ConformanceTable);

    /// <summary>Reads a table.</summary>
    /// <param name="path">A conformance.json.</param>
    /// <exception cref="HarnessException">It cannot be read.</exception>
    public static ConformanceTable Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ConformanceJson.Default.ConformanceTable)
                ?? throw new HarnessException($"{path}: holds no table of parity conformance", isUsage: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new HarnessException($"{path}: cannot be read as a {FileName}: {e.Message}", isUsage: true);
        }
    }

    /// <summary>The cells that differ from those of an earlier table, and whether any is worse.</summary>
    public IReadOnlyList<ConformanceChange> Since(ConformanceTable earlier) =>
    [
        .. from column in Columns
           let old = earlier.Columns.FirstOrDefault(c => c.Name == column.Name)
           where old is not null
           from name in Classes
           let before = old.Cell(name)
           let now = column.Cell(name)
           where before.State != now.State || before.Wrong + before.Died != now.Wrong + now.Died
           select new ConformanceChange(column, old, name, before, now),
    ];
}
