namespace ParityHarness.Kernels;

/// <summary>A number that is a type: a method that has it as an argument is compiled for it, and what the number rules out is not there.</summary>
internal interface ICount
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}
