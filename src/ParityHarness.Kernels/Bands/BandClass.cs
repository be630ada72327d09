namespace ParityHarness.Kernels;

/// <summary>Neighbouring phases with equally many taps that read the input at the same distances from output position m.</summary>
/// <param name="FirstPhase">k0 of the first.</param>
/// <param name="Phases">How many.</param>
/// <param name="Taps">Taps of each.</param>
/// <param name="BlockChannels">Input channels of a block of the order of summation.</param>
/// <param name="Shift">Tap i of position m reads input m + Shift - i*step.</param>
internal readonly record struct BandClass(int FirstPhase, int Phases, int Taps, int BlockChannels, int Shift)
{
    /// <summary>Tiles of 8 rows for so many channels; the last may have fewer.</summary>
    public int Tiles(int channels) => ((channels * Phases) + BandPlan.TileRows - 1) / BandPlan.TileRows;

    /// <summary>Rows of packed weights for so many channels: 1 or 2 rows left over stand by themselves, more fill a tile.</summary>
    public int PackedRows(int channels)
    {
        int rows = channels * Phases;
        int rest = rows % BandPlan.TileRows;
        return rows - rest + PackedRowsOf(rest);
    }

    /// <summary>Rows of packed weights of a tile that has so many.</summary>
    public static int PackedRowsOf(int rows) => rows <= 2 ? rows : BandPlan.TileRows;
}
