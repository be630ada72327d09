namespace ParityHarness.Kernels;

/// <summary>Neighbouring phases with equally many taps, which therefore read the input at the same distances from position j.</summary>
/// <param name="FirstPhase">k0 of the first.</param>
/// <param name="Phases">How many; 0 for a class that does not exist.</param>
/// <param name="Taps">Taps of each.</param>
/// <param name="First">The first j at which some phase has an output that a tap can reach.</param>
/// <param name="Count">How many j there are from there to the last.</param>
internal readonly record struct PhaseClass(int FirstPhase, int Phases, int Taps, long First, int Count);
