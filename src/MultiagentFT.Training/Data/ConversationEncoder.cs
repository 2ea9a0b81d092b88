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

    /// <summary>Stands for an answer where only what the template writes behind it is of interest.</summary>
    private const string Sample = "\u2042";

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
        ControlMarkup.Of(template, tokenizer).RequireNone(messages);
        var text = new GrowingText(tokenizer);
        var counts = new List<bool>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatMessage.AssistantRole) continue;
            var last = i == messages.Count - 1;
            if (!last && (loss == LossTarget.LastTurn || example.Context.Contains(i))) continue;
            ChatMessage[] before = [.. messages.Take(i)];
            var opening = template.Render(before, addGenerationPrompt: true);
            counts.AddRange(Enumerable.Repeat(false, text.GrowTo(Grown(text.Text, opening)).Length));
            var turn = text.GrowTo(Answered(opening, before, messages[i]));
            var end = Array.FindIndex(turn, tokenizer.IsEndOfGeneration);
            if (end < 0)
                throw new InputException(model, Key, "an end-of-generation token of the vocabulary after an assistant's turn", "none");
            counts.AddRange(Enumerable.Range(0, turn.Length).Select(at => at <= end));
            if (last) counts.RemoveRange(counts.Count - (turn.Length - end - 1), turn.Length - end - 1);
        }
        if (counts.Count > 0) counts[0] = false;
        return new TokenizedExample([.. text.Tokens.Take(counts.Count)], [.. counts]);
    }

    /// <summary>
    /// The opening, the answer, and what the template writes behind answers. A template may render an answer otherwise than it lets
    /// the model begin one (a thought that the opening begins and that the whole drops): then what is served counts.
    /// </summary>
    private string Answered(string opening, ChatMessage[] before, ChatMessage answer)
    {
        var whole = template.Render([.. before, answer], addGenerationPrompt: false);
        if (whole.StartsWith(opening, StringComparison.Ordinal)) return whole;
        var sample = template.Render([.. before, ChatMessage.Assistant(Sample)], addGenerationPrompt: false);
        // Where the turns before the answer are not those of the opening either, the template writes the conversation anew.
        var turns = template.Render(before, addGenerationPrompt: false);
        if (!opening.StartsWith(turns, StringComparison.Ordinal)) throw WrittenAnew();
        return opening + answer.Content + Grown(turns, sample)[(sample.LastIndexOf(Sample, StringComparison.Ordinal) + Sample.Length)..];
    }

    /// <summary>What the template makes of the conversation as it grows.</summary>
    private string Grown(string before, string now) => now.StartsWith(before, StringComparison.Ordinal) ? now : throw WrittenAnew();

    private InputException WrittenAnew() => new(
        model, Key, "a template that leaves the turns so far as they are when one is added", "one that writes them anew");
}
