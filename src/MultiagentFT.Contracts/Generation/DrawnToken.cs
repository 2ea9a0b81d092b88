namespace MultiagentFT.Contracts.Generation;

/// <summary>A token of an answer among those that could have stood in its place.</summary>
/// <param name="Drawn">The token of the answer.</param>
/// <param name="Top">The most likely ones in falling order, the drawn one perhaps among them; of equally likely ones the lower id comes first.</param>
public sealed record DrawnToken(TokenProbability Drawn, IReadOnlyList<TokenProbability> Top);
