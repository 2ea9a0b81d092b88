using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Prompts;

/// <summary>Turns a conversation into tokens, the same way wherever a model is served.</summary>
public static class PromptEncoder
{
    /// <summary>The conversation in the model's template, ending with the opening of an assistant's turn.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The model has no usable chat template, or a content spells a control token.</exception>
    public static int[] Encode(IChatTemplate template, ITokenizer tokenizer, IReadOnlyList<ChatMessage> messages)
    {
        ControlMarkup.RequireNone(tokenizer, messages);
        var tokens = tokenizer.Tokenize(template.Render(messages, addGenerationPrompt: true), addSpecial: true, parseSpecial: true);
        return BeginsTwice(tokens, tokenizer) ? tokens[1..] : tokens;
    }

    /// <summary>Some templates write the beginning-of-text token that the tokenizer adds as well; models expect one.</summary>
    private static bool BeginsTwice(int[] tokens, ITokenizer tokenizer) =>
        tokens.Length > 1 && tokens[0] == tokens[1] && tokenizer.Piece(tokens[0]).IsEmpty;
}
