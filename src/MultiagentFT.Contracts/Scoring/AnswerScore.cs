using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Scoring;

/// <summary>
/// How likely an answer is under several policies, and how far their distributions of the next token are from each other along it: at temperature 1, without
/// filters, in nats.
/// </summary>
/// <param name="Tokens">Those of the answer; none where it could not be scored.</param>
/// <param name="LogProbabilities">[policies][tokens]: each at most 0.</param>
/// <param name="Divergences">
/// [policies][policies]: the Kullback-Leibler divergence of the column's distribution from the row's, KL(row ‖ column), mean over the places of all tokens; 0 or
/// more, 0 of a policy from itself, infinite where the column excludes a token that the row does not.
/// </param>
/// <param name="Failure">Why it could not be scored; null where it was.</param>
public sealed record AnswerScore(
    IReadOnlyList<int> Tokens,
    IReadOnlyList<IReadOnlyList<double>> LogProbabilities,
    IReadOnlyList<IReadOnlyList<double>> Divergences,
    GenerationFailure? Failure = null);
