namespace ParityHarness.Problems;

/// <summary>What is computed. The numbers are the operations of parity_runner.h.</summary>
public enum Pass
{
    /// <summary>output from input, weight and bias.</summary>
    Forward = 1,
}
