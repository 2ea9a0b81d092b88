namespace MultiagentFT.Runs.Results;

/// <summary>
/// How different the agents of a society are (arXiv 2501.05707, diversity of generated responses), on the first debates of an evaluation. Likelihoods and divergences are
/// in nats a token at temperature 1, without filters: means over the tokens of all responses and, where there are several, over the other agents. A
/// divergence is KL(p ‖ q), where p is the agent that wrote the response. A dissimilarity is 1 − cosine of the embeddings of two agents' responses to the same problem
/// that both agree with the vote, in [0, 2], mean over all such pairs. Null where nothing was there to measure.
/// </summary>
/// <param name="GeneratorResponses">First answers that were scored: those of the first debates.</param>
/// <param name="CriticResponses">Last answers that were scored: those of the first debates in which critics spoke.</param>
/// <param name="Skipped">Answers of these debates that could not be scored.</param>
/// <param name="HeldOutNegativeLogLikelihood">Of each critic's response under the other critics, each held out in turn; higher means more diverse.</param>
/// <param name="OwnNegativeLogLikelihood">Of the same responses under the critic that wrote them.</param>
/// <param name="CriticDivergence">Of the other critics from the one that wrote the response; 0 or more.</param>
/// <param name="GeneratorDivergence">Likewise of generators, on first answers.</param>
/// <param name="CriticDivergenceFromBase">Of the base model from the critic that wrote the response.</param>
/// <param name="GeneratorDivergenceFromBase">Likewise of generators, on first answers.</param>
/// <param name="CriticDissimilarity">Of critics' last answers.</param>
/// <param name="GeneratorDissimilarity">Of generators' first answers.</param>
public sealed record DiversityFigures(
    int GeneratorResponses,
    int CriticResponses,
    int Skipped,
    double? HeldOutNegativeLogLikelihood,
    double? OwnNegativeLogLikelihood,
    double? CriticDivergence,
    double? GeneratorDivergence,
    double? CriticDivergenceFromBase,
    double? GeneratorDivergenceFromBase,
    double? CriticDissimilarity,
    double? GeneratorDissimilarity)
{
    private const string Nats = "nats a token";
    private const string Distance = "1 − cosine";

    /// <summary>What a table and a plot call each figure and its unit, in their order.</summary>
    public static IReadOnlyList<(string Title, string Unit, Func<DiversityFigures, double?> Of)> Named { get; } =
    [
        ("Negative log-likelihood under a held-out critic", Nats, figures => figures.HeldOutNegativeLogLikelihood),
        ("Negative log-likelihood under the critic itself", Nats, figures => figures.OwnNegativeLogLikelihood),
        ("KL between critics", Nats, figures => figures.CriticDivergence),
        ("KL between generators", Nats, figures => figures.GeneratorDivergence),
        ("KL of critics against the base", Nats, figures => figures.CriticDivergenceFromBase),
        ("KL of generators against the base", Nats, figures => figures.GeneratorDivergenceFromBase),
        ("Embedding dissimilarity of critics", Distance, figures => figures.CriticDissimilarity),
        ("Embedding dissimilarity of generators", Distance, figures => figures.GeneratorDissimilarity),
    ];

    /// <summary>Means over runs, responses summed; null where no run has any.</summary>
    public static DiversityFigures? Pool(IEnumerable<DiversityFigures?> runs)
    {
        DiversityFigures[] known = [.. runs.OfType<DiversityFigures>()];
        return known.Length == 0 ? null : new DiversityFigures(
            known.Sum(run => run.GeneratorResponses),
            known.Sum(run => run.CriticResponses),
            known.Sum(run => run.Skipped),
            known.Average(run => run.HeldOutNegativeLogLikelihood),
            known.Average(run => run.OwnNegativeLogLikelihood),
            known.Average(run => run.CriticDivergence),
            known.Average(run => run.GeneratorDivergence),
            known.Average(run => run.CriticDivergenceFromBase),
            known.Average(run => run.GeneratorDivergenceFromBase),
            known.Average(run => run.CriticDissimilarity),
            known.Average(run => run.GeneratorDissimilarity));
    }
}
