namespace MultiagentFT.Contracts.Scoring;

/// <summary>
/// An engine that tells how likely given answers are under several policies, and how far these are from each other. One whose model is in this process
/// can; a remote endpoint does not give whole distributions.
/// </summary>
public interface IAnswerScorer
{
    /// <summary>
    /// Scores answers, each under several policies. Only while idle: cached prompts are forgotten before and after, so that later batches are those of an
    /// engine that has scored nothing, bit for bit.
    /// </summary>
    /// <param name="requests">What to score. One that cannot be scored comes back with an <see cref="AnswerScore.Failure"/>.</param>
    /// <param name="cancellation">Ends it at the next step.</param>
    /// <returns>Scores in the order of <paramref name="requests"/>.</returns>
    /// <exception cref="InvalidOperationException">Requests run or wait.</exception>
    /// <exception cref="Generation.GenerationException">Decoding failed, or the engine has stopped.</exception>
    Task<IReadOnlyList<AnswerScore>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation = default);
}
