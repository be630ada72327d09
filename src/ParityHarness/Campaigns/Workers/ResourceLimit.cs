namespace ParityHarness.Campaigns.Workers;

/// <summary>struct rlimit of 64-bit Linux.</summary>
internal struct ResourceLimit
{
    public ulong Soft;
    public ulong Hard;
}
