namespace MultiagentFT.Contracts.Scoring;

/// <summary>
/// An engine that gives embeddings of texts: the mean over a text's tokens of the base model's hidden states after the final norm, which the output matrix reads. The
/// text stands alone, without chat template; what the tokenizer puts before every text is read and not counted.
/// </summary>
public interface ITextEmbedder
{
    /// <summary>Embeds texts. Only while idle, and like <see cref="IAnswerScorer.ScoreAsync"/> without a trace in later batches.</summary>
    /// <param name="texts">One token or more each. One that cannot be embedded comes back with a <see cref="TextEmbedding.Failure"/>.</param>
    /// <param name="cancellation">Ends it at the next step.</param>
    /// <returns>Embeddings in the order of <paramref name="texts"/>.</returns>
    /// <exception cref="InvalidOperationException">Requests run or wait.</exception>
    /// <exception cref="Generation.GenerationException">Decoding failed, or the engine has stopped.</exception>
    Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellation = default);
}
