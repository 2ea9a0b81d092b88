namespace MultiagentFT.Contracts.Generation;

/// <summary>Totals of an engine. Tokens, steps and switches are counts.</summary>
/// <param name="PromptTokens">Prompt tokens that were computed.</param>
/// <param name="CachedTokens">Prompt tokens that were reused instead.</param>
/// <param name="GeneratedTokens">New tokens.</param>
/// <param name="Steps">Decode calls.</param>
/// <param name="AdapterSwitches">How often a context changed its adapter.</param>
public readonly record struct EngineStatistics(
    long PromptTokens, long CachedTokens, long GeneratedTokens, long Steps, long AdapterSwitches);
