using MultiagentFT.Debate.Datasets;
using MultiagentFT.Inference;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Training.Data;

/// <summary>
/// Turns conversations into tokens with the tokenizer and the chat template of the served file, so that training sees
/// exactly what serving produces.
/// </summary>
public sealed class ConversationEncoder(ITokenizer tokenizer, IChatTemplate template)
{
    /// <summary>
    /// Each assistant turn is encoded as serving does: the conversation before it, rendered with the opening of the
    /// assistant's turn, then the turn itself up to and including its end-of-turn token.
    /// </summary>
    public TokenizedExample Encode(ChatExample example, LossTarget loss)
    {
        var messages = example.Messages;
        var tokens = new List<int>();
        var counts = new List<bool>();
        var rendered = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatMessage.AssistantRole) continue;
            var last = i == messages.Count - 1;
            if (!last && loss == LossTarget.LastTurn) continue;
            ChatMessage[] before = [.. messages.Take(i)];
            var opening = template.Render(before, addGenerationPrompt: true);
            var whole = template.Render([.. before, messages[i]], addGenerationPrompt: false);
            var prompt = rendered == 0
                ? PromptEncoder.Encode(template, tokenizer, before)
                : tokenizer.Tokenize(opening[rendered..], addSpecial: false, parseSpecial: true);
            Append(tokens, counts, prompt, learned: false);
            var turn = tokenizer.Tokenize(whole[opening.Length..], addSpecial: false, parseSpecial: true);
            var end = Array.FindIndex(turn, tokenizer.IsEndOfGeneration);
            var learned = end < 0 ? turn.Length : end + 1;
            Append(tokens, counts, turn.AsSpan(0, learned), learned: true);
            if (!last) Append(tokens, counts, turn.AsSpan(learned), learned: false);
            rendered = whole.Length;
        }
        if (counts.Count > 0) counts[0] = false;
        return new TokenizedExample([.. tokens], [.. counts]);
    }

    private static void Append(List<int> tokens, List<bool> counts, ReadOnlySpan<int> added, bool learned)
    {
        tokens.AddRange(added);
        for (var i = 0; i < added.Length; i++) counts.Add(learned);
    }
}
