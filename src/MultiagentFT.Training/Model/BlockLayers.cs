namespace MultiagentFT.Training.Model;

/// <summary>The linear layers of a block in the order in which they are computed.</summary>
/// <param name="Attention">Queries, keys and values: one layer each, or one for all.</param>
/// <param name="Output">Of the attention.</param>
/// <param name="FeedForward">Gate and up: one each, or one for both.</param>
/// <param name="Down">Back to the residual stream.</param>
internal sealed record BlockLayers(Linear[] Attention, Linear Output, Linear[] FeedForward, Linear Down)
{
    public Linear[] All => [.. Attention, Output, .. FeedForward, Down];
}
