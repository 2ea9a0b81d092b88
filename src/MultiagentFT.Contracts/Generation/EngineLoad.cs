namespace MultiagentFT.Contracts.Generation;

/// <summary>What an engine is doing at the moment. All are counts.</summary>
/// <param name="Running">Requests in slots.</param>
/// <param name="Waiting">Requests that have no slot yet.</param>
/// <param name="Slots">Requests that can run at a time.</param>
/// <param name="HeldTokens">Tokens whose keys and values are in memory, those kept for reuse among them.</param>
/// <param name="TokenCapacity">Tokens for which there is memory.</param>
/// <param name="Adapters">Adapters that requests can name.</param>
public readonly record struct EngineLoad(int Running, int Waiting, int Slots, long HeldTokens, long TokenCapacity, int Adapters);
