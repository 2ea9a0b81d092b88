namespace MultiagentFT.Templates;

/// <summary>What a template knows as <c>bos_token</c> and <c>eos_token</c>, as the vocabulary spells them; null where it has none.</summary>
public sealed record SpecialTokens(string? Begin, string? End);
