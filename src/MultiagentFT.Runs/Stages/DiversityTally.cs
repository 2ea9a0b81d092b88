using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Stages;

/// <summary>Adds up what scores say of a society's diversity.</summary>
internal sealed class DiversityTally
{
    private readonly Role _generators = new();
    private readonly Role _critics = new();
    private int _skipped;

    /// <param name="round">What was scored.</param>
    /// <param name="scores">One for each of its requests.</param>
    public void Add(ScoredRound round, IReadOnlyList<AnswerScore> scores)
    {
        _skipped += round.Missing;
        foreach (var (score, author) in scores.Zip(round.Authors))
        {
            if (score.Failure is not null || !IsFinite(score)) _skipped++;
            else (round.IsOfCritics ? _critics : _generators).Add(round, score, author);
        }
    }

    public DiversityFigures Figures() => new(
        _generators.Responses, _critics.Responses, _skipped,
        _critics.HeldOut.Value, _critics.Own.Value,
        _critics.Between.Value, _generators.Between.Value,
        _critics.FromBase.Value, _generators.FromBase.Value,
        _critics.Dissimilarity.Value, _generators.Dissimilarity.Value);

    /// <param name="round">Whose responses were embedded.</param>
    /// <param name="embeddings">One for each of those that agree with the vote.</param>
    public void Add(ScoredRound round, IReadOnlyList<TextEmbedding> embeddings)
    {
        TextEmbedding[] sound = [.. embeddings.Where(embedding => embedding.Failure is null)];
        for (var i = 0; i < sound.Length; i++)
            for (var j = i + 1; j < sound.Length; j++) (round.IsOfCritics ? _critics : _generators).Dissimilarity.Add(Dissimilarity(sound[i].Values, sound[j].Values), 1);
    }

    /// <summary>1 − cosine, in double precision. Rounding may leave equal vectors a little less than nothing apart.</summary>
    private static double Dissimilarity(IReadOnlyList<float> left, IReadOnlyList<float> right)
    {
        var (product, leftSquares, rightSquares) = (0.0, 0.0, 0.0);
        for (var i = 0; i < left.Count; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }
        return Math.Max(0, 1 - (product / Math.Sqrt(leftSquares * rightSquares)));
    }

    /// <summary>Whether no policy excludes a token that another one may write.</summary>
    private static bool IsFinite(AnswerScore score) => score.LogProbabilities.Concat(score.Divergences).All(row => row.All(double.IsFinite));

    private sealed class Role
    {
        public int Responses { get; private set; }

        public WeightedMean HeldOut { get; } = new();

        public WeightedMean Own { get; } = new();

        public WeightedMean Between { get; } = new();

        public WeightedMean FromBase { get; } = new();

        public WeightedMean Dissimilarity { get; } = new();

        public void Add(ScoredRound round, AnswerScore score, int author)
        {
            var (own, tokens) = (round.Agents[author], score.Tokens.Count);
            Responses++;
            Own.Add(-score.LogProbabilities[own].Average(), tokens);
            FromBase.Add(score.Divergences[own][round.Base], tokens);
            for (var other = 0; other < round.Agents.Count; other++)
            {
                if (other == author) continue;
                HeldOut.Add(-score.LogProbabilities[round.Agents[other]].Average(), tokens);
                Between.Add(score.Divergences[own][round.Agents[other]], tokens);
            }
        }
    }

    /// <summary>A mean over tokens, given by means of responses; or over pairs.</summary>
    private sealed class WeightedMean
    {
        private double _sum;
        private long _weight;

        public double? Value => _weight == 0 ? null : _sum / _weight;

        public void Add(double mean, int weight)
        {
            _sum += mean * weight;
            _weight += weight;
        }
    }
}
