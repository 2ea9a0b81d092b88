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
        ControlMarkup.Of(template, tokenizer).RequireNone(messages);
        return Tokenize(tokenizer, template.Render(messages, addGenerationPrompt: true));
    }

    /// <summary>
    /// The tokens of a rendered conversation. Models expect one token that begins a text, whether template or tokenizer adds it, and
    /// none that ends it: the conversation goes on.
    /// </summary>
    public static int[] Tokenize(ITokenizer tokenizer, string text) =>
        TextBeginning.Of(tokenizer).AddTo(tokenizer.Tokenize(text, addSpecial: false, parseSpecial: true));
}
