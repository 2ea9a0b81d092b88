namespace MultiagentFT.Bench.Loading;

/// <summary>A request of a client.</summary>
/// <param name="Adapter">Index of its adapter, from 0.</param>
/// <param name="Prompt">The one user message.</param>
/// <param name="Seed">Of the answer.</param>
internal sealed record LoadRequest(int Adapter, string Prompt, int Seed);
