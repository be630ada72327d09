namespace ParityHarness.Tests.Readme;

/// <summary>The README's commands, typed once for all tests of them.</summary>
public sealed class ReadmeSession() : PageSession(Page.Readme);
