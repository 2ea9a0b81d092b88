namespace MultiagentFT.Contracts.Generation;

/// <summary>A token and how likely the model holds it.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">Natural logarithm, of the model's distribution before temperature and filters; at most 0.</param>
/// <param name="Bytes">The UTF-8 bytes that it stands for; none for control tokens. They may end inside a character.</param>
public readonly record struct TokenProbability(int Token, double LogProbability, ReadOnlyMemory<byte> Bytes);
