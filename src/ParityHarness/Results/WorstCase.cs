namespace ParityHarness.Results;

/// <summary>A problem that passed and came nearest to failing among those of its size.</summary>
/// <param name="IsAccuracy">Whether by accuracy, else by the error bound.</param>
/// <param name="Size">Products of an output, as a power of 2.</param>
/// <param name="Ratio">The rms error over what it is compared with, or the largest error over the bound.</param>
/// <param name="Problem">The problem.</param>
public sealed record WorstCase(bool IsAccuracy, int Size, double Ratio, string Problem);
