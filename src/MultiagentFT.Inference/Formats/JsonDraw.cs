using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Sampling;

namespace MultiagentFT.Inference.Formats;

/// <summary>
/// Draws among the tokens that go on with a JSON text, where the one that was drawn among all does not. Without top-k, top-p and min-p the two
/// draws together have the distribution of one among the tokens that do: what the first puts aside is spread over them in proportion. One thread at a time.
/// </summary>
/// <param name="tokenizer">Of the model.</param>
/// <param name="endsGeneration">[vocabulary]: whether a token ends an answer.</param>
internal sealed class JsonDraw(ITokenizer tokenizer, bool[] endsGeneration)
{
    private readonly Sampler _sampler = new(endsGeneration.Length);
    private readonly float[] _logits = new float[endsGeneration.Length];

    /// <summary>Whether a token goes on with the text, or ends a whole one.</summary>
    public bool Allows(JsonText text, int token) => endsGeneration[token] ? text.IsWhole : text.TryAppend(tokenizer.Piece(token).Span);

    /// <summary>One token that does, or <see cref="Sampler.Failed"/> where none of them has a finite logit.</summary>
    /// <param name="logits">[vocabulary]; minus infinity excludes a token.</param>
    /// <param name="text">So far.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="generator">The request's own.</param>
    public int Draw(ReadOnlySpan<float> logits, JsonText text, SamplingOptions options, SplitMix64 generator)
    {
        for (var token = 0; token < logits.Length; token++) _logits[token] = Allows(text, token) ? logits[token] : float.NegativeInfinity;
        return _sampler.Sample(_logits, options, generator);
    }
}
