using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scoring;

/// <summary>A text that has been checked and tokenized.</summary>
/// <param name="Index">Its place among the texts of its call.</param>
/// <param name="Tokens">What is decoded, no more than a slot holds.</param>
/// <param name="First">The first token of the text itself, behind what begins every text.</param>
internal sealed record EmbeddingJob(int Index, int[] Tokens, int First)
{
    /// <summary>Set once it is known.</summary>
    public TextEmbedding? Embedding { get; set; }

    /// <exception cref="GenerationException">The text cannot be embedded; the message says what was expected and found.</exception>
    public static EmbeddingJob Create(int index, string text, ITokenizer tokenizer, int slotContext)
    {
        if (text is null) throw new GenerationException(FailureKind.Invalid, "text: expected one, found null");
        var tokens = tokenizer.Tokenize(text, addSpecial: false, parseSpecial: false);
        if (tokens.Length == 0) throw new GenerationException(FailureKind.Invalid, "text: expected at least one token, found 0");
        var all = TextBeginning.Of(tokenizer).AddTo(tokens);
        return all.Length <= slotContext
            ? new EmbeddingJob(index, all, all.Length - tokens.Length)
            : throw new GenerationException(FailureKind.PromptTooLong, $"text: expected at most {slotContext} tokens, found {all.Length}");
    }
}
