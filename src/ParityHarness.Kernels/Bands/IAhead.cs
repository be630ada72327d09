namespace ParityHarness.Kernels;

/// <summary>What a tile asks for ahead of its use at each term.</summary>
internal unsafe interface IAhead
{
    /// <summary>Asks for what is due at term t.</summary>
    /// <param name="w">The term's weights.</param>
    /// <param name="lines">A line for each term of the block.</param>
    /// <param name="t">The term.</param>
    static abstract void Ask(void* w, byte** lines, nint t);
}
