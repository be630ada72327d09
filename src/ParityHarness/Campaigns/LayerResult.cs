namespace ParityHarness.Campaigns;

/// <summary>What came of a layer.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Call">The layer as PyTorch writes it; empty where it was not asked.</param>
/// <param name="Right">Inputs on which both agree and are right.</param>
/// <param name="Tried">All inputs.</param>
/// <param name="Detail">What is wrong; empty where nothing is.</param>
/// <param name="Problem">The first problem at which it was, without the weight.</param>
internal sealed record LayerResult(string Name, string Call, int Right, int Tried, string Detail, string Problem)
{
    /// <summary>Whether the layer is PyTorch's.</summary>
    public bool Holds => Detail.Length == 0;
}
