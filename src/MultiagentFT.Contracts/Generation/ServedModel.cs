namespace MultiagentFT.Contracts.Generation;

/// <summary>What an endpoint says has answered.</summary>
/// <param name="Id">The model, which may be more exact than what was asked for: <c>gpt-4.1-mini-2025-04-14</c>.</param>
/// <param name="Fingerprint">Of the configuration behind it (<c>system_fingerprint</c>); null where the endpoint gives none.</param>
public sealed record ServedModel(string Id, string? Fingerprint);
