using System.Collections.Immutable;

using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>fixtures/divergences.csv: the known faults of references.</summary>
internal static class DivergenceFile
{
    private static readonly string[] Required = ["name", "reference", "versions", "cpu", "when", "witness", "reference_does", "reason"];
    private static readonly string[] Columns = [.. Required, "ends_process"];
    private static readonly string[] Features = ["", "avx2", "avx512", "avx512_bf16", IsaLevels.NoCacheSizes];

    /// <summary>The rows of the file.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed: the message names file, line and column.</exception>
    public static ImmutableArray<Divergence> Read(string path) => Rows(CsvTable.Read(path, Columns, Required));

    /// <summary>The rows of a text that was read from a file.</summary>
    /// <exception cref="FixtureException">It is malformed.</exception>
    internal static ImmutableArray<Divergence> Parse(string path, string text) => Rows(CsvTable.Parse(path, new StringReader(text), Columns, Required));

    private static ImmutableArray<Divergence> Rows(CsvTable table)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var rows = ImmutableArray.CreateBuilder<Divergence>();
        foreach (var line in table.Lines)
        {
            foreach (var column in Required)
            {
                if (column != "cpu" && line[column].Trim().Length == 0)
                {
                    throw line.Fault(column, "is empty");
                }
            }

            if (!names.Add(line["name"]))
            {
                throw line.Fault("name", $"'{line["name"]}' stands twice");
            }

            var divergence = new Divergence
            {
                Name = line["name"],
                References = ReferencesOf(line),
                Cpu = Features.Contains(line["cpu"], StringComparer.Ordinal) ? line["cpu"] : throw line.Fault("cpu", $"'{line["cpu"]}' is not a feature; it is avx2, avx512, avx512_bf16, {IsaLevels.NoCacheSizes} or empty"),
                EndsProcess = line["ends_process"] switch { "yes" => true, "" => false, var other => throw line.Fault("ends_process", $"'{other}' is neither yes nor empty") },
                When = line.Parse("when", ProblemCondition.Parse),
                Witness = line.Parse("witness", ProblemText.Parse),
                ReferenceDoes = line["reference_does"],
                Reason = line["reason"],
                Line = line.Number,
            };
            if (!divergence.Covers(divergence.Witness))
            {
                throw line.Fault("witness", $"'when' does not hold for it: {divergence.When}");
            }

            rows.Add(divergence);
        }

        return rows.DrainToImmutable();
    }

    /// <summary>One set of versions for all references, or one for each, in their order.</summary>
    private static ImmutableArray<(string Name, VersionSet Versions)> ReferencesOf(CsvLine line)
    {
        var names = line["reference"].Split('|');
        var sets = line.Parse("versions", text => text.Split(';').Select(versions => VersionSet.Parse(versions.Trim())).ToArray());
        return sets.Length == 1 || sets.Length == names.Length
            ? [.. names.Select((name, i) => (name, sets.Length == 1 ? sets[0] : sets[i]))]
            : throw line.Fault("versions", $"has {sets.Length} sets of versions for {names.Length} references");
    }
}
