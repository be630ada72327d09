using System.Collections.Immutable;

namespace ParityHarness.Campaigns;

/// <summary>One implementation.</summary>
/// <param name="Name">By which it is chosen.</param>
/// <param name="Version">The version of what computes.</param>
/// <param name="Details">Further facts for people.</param>
/// <param name="Cells">By the names of the rows.</param>
internal sealed record ConformanceColumn(string Name, string Version, string Details, ImmutableDictionary<string, ConformanceCell> Cells)
{
    /// <summary>The cell of a row; an empty one where no problem was of that class.</summary>
    public ConformanceCell Cell(string name) => Cells.GetValueOrDefault(name) ?? new ConformanceCell();
}
