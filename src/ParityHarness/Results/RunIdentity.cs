namespace ParityHarness.Results;

/// <summary>run.json: what was run. The same identity goes on with an unfinished run.</summary>
/// <param name="Version">The harness' version.</param>
/// <param name="Command">run or fuzz.</param>
/// <param name="Settings">What is run.</param>
/// <param name="Count">Number of problems; null for all.</param>
/// <param name="Duration">For how long; null for no limit.</param>
/// <param name="MaxFailures">So many distinct kinds of failure are enough; null for no limit.</param>
/// <param name="Shard">Which shard, from 0.</param>
/// <param name="Shards">Number of shards.</param>
internal sealed record RunIdentity(string Version, string Command, CampaignSettings Settings, long? Count, TimeSpan? Duration, int? MaxFailures, long Shard, long Shards);
