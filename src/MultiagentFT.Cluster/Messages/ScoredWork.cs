using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;

namespace MultiagentFT.Cluster.Messages;

/// <summary>What came of a <see cref="ScoringWork"/>.</summary>
/// <param name="Scores">Of its answers.</param>
/// <param name="Embeddings">Of its texts.</param>
internal sealed record ScoredWork(IReadOnlyList<AnswerScore> Scores, IReadOnlyList<TextEmbedding> Embeddings)
{
    /// <summary>Scores without numbers that no JSON has, which are failures.</summary>
    public static ScoredWork Of(IReadOnlyList<AnswerScore> scores, IReadOnlyList<TextEmbedding> embeddings) => new(
        [.. scores.Select(score => score.LogProbabilities.Concat(score.Divergences).All(row => row.All(double.IsFinite))
            ? score
            : new AnswerScore([], [], [], new GenerationFailure(FailureKind.NotFinite, "scores: expected finite numbers, found others")))],
        embeddings);

    public IEnumerable<string> Validate()
    {
        foreach (var (index, score) in Scores.Index().Where(score => score.Item.Failure is null))
        {
            var key = $"scored.scores[{index}]";
            if (score.Tokens.Count == 0 || score.LogProbabilities.Any(row => row.Count != score.Tokens.Count)) yield return $"{key}.logProbabilities: expected one for each token, found others";
            if (!score.LogProbabilities.All(row => row.All(value => value <= 0 && double.IsFinite(value)))) yield return $"{key}.logProbabilities: expected finite numbers of at most 0, found others";
            if (score.Divergences.Any(row => row.Count != score.Divergences.Count) || !score.Divergences.All(row => row.All(value => value >= 0 && double.IsFinite(value))))
                yield return $"{key}.divergences: expected a square of finite numbers of 0 or more, found others";
        }
        foreach (var (index, embedding) in Embeddings.Index().Where(embedding => embedding.Item.Failure is null))
        {
            if (embedding.Values.Count == 0 || !embedding.Values.All(float.IsFinite)) yield return $"scored.embeddings[{index}]: expected finite numbers, found none or others";
        }
        if (Embeddings.Where(embedding => embedding.Failure is null).Select(embedding => embedding.Values.Count).Distinct().Count() > 1) yield return "scored.embeddings: expected one length, found several";
    }

    /// <summary>Whether it is an answer to what was asked: as many of each, under as many policies.</summary>
    public string? Mismatch(ScoringWork asked)
    {
        if (Scores.Count != asked.Requests.Count) return $"expected {asked.Requests.Count} scores, found {Scores.Count}";
        if (Embeddings.Count != asked.Texts.Count) return $"expected {asked.Texts.Count} embeddings, found {Embeddings.Count}";
        foreach (var (score, request) in Scores.Zip(asked.Requests).Where(pair => pair.First.Failure is null))
        {
            if (score.LogProbabilities.Count != request.Policies.Count || score.Divergences.Count != request.Policies.Count)
                return $"expected scores under {request.Policies.Count} policies, found {score.LogProbabilities.Count}";
        }
        return null;
    }
}
