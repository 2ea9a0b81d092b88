using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Training.Data;

/// <summary>
/// Turns conversations into tokens with the tokenizer and the chat template of the served file, so that training sees
/// exactly what serving produces.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">The model's chat template.</param>
/// <param name="model">The file of both, for messages.</param>
public sealed class ConversationEncoder(ITokenizer tokenizer, IChatTemplate template, string model = "model")
{
    private const string Key = "tokenizer.chat_template";

    /// <summary>
    /// Each assistant turn is encoded as serving does: the conversation before it, rendered with the opening of the
    /// assistant's turn, then the turn itself up to and including its end-of-turn token.
    /// </summary>
    /// <exception cref="InputException">
    /// The template rewrites earlier turns or ends no turn, so that no part of the text is what the model would generate; or
    /// a message spells a control token.
    /// </exception>
    public TokenizedExample Encode(ChatExample example, LossTarget loss)
    {
        var messages = example.Messages;
        ControlMarkup.RequireNone(tokenizer, messages);
        var tokens = new List<int>();
        var counts = new List<bool>();
        var rendered = "";
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatMessage.AssistantRole) continue;
            var last = i == messages.Count - 1;
            if (!last && loss == LossTarget.LastTurn) continue;
            ChatMessage[] before = [.. messages.Take(i)];
            var opening = template.Render(before, addGenerationPrompt: true);
            var whole = template.Render([.. before, messages[i]], addGenerationPrompt: false);
            var prompt = rendered.Length == 0
                ? PromptEncoder.Encode(template, tokenizer, before)
                : tokenizer.Tokenize(Continuation(opening, rendered), addSpecial: false, parseSpecial: true);
            Append(tokens, counts, prompt, learned: false);
            var turn = tokenizer.Tokenize(Continuation(whole, opening), addSpecial: false, parseSpecial: true);
            var end = Array.FindIndex(turn, tokenizer.IsEndOfGeneration);
            if (end < 0)
                throw new InputException(model, Key, "an end-of-generation token of the vocabulary after an assistant's turn", "none");
            var learned = end + 1;
            Append(tokens, counts, turn.AsSpan(0, learned), learned: true);
            if (!last) Append(tokens, counts, turn.AsSpan(learned), learned: false);
            rendered = whole;
        }
        if (counts.Count > 0) counts[0] = false;
        return new TokenizedExample([.. tokens], [.. counts]);
    }

    /// <summary>What the template adds when the conversation grows.</summary>
    private string Continuation(string text, string start) =>
        text.StartsWith(start, StringComparison.Ordinal)
            ? text[start.Length..]
            : throw new InputException(
                model, Key, "a template that leaves the turns so far as they are when one is added", "one that writes them anew");

    private static void Append(List<int> tokens, List<bool> counts, ReadOnlySpan<int> added, bool learned)
    {
        tokens.AddRange(added);
        for (var i = 0; i < added.Length; i++) counts.Add(learned);
    }
}
