using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>One training conversation: a line of a chat JSONL dataset, as OpenAI and Hugging Face tools read it.</summary>
/// <param name="Messages">Turns in order; the last one is the assistant's and is what is learned.</param>
public sealed record ChatExample(IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>
    /// Indices of assistant turns that are context and never a target, whatever turns are learned. In files they have <c>"weight": 0</c>, as OpenAI's
    /// finetuning reads it. Default none.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<int> Context { get; init; } = [];

    /// <summary>A conversation after turns that are context: a system turn, examples.</summary>
    /// <param name="beginning">Never a target.</param>
    /// <param name="conversation">Ends with the assistant's turn that is learned.</param>
    public static ChatExample After(IReadOnlyList<ChatMessage> beginning, IEnumerable<ChatMessage> conversation) => new([.. beginning, .. conversation])
    {
        Context = [.. beginning.Index().Where(turn => turn.Item.Role == ChatMessage.AssistantRole).Select(turn => turn.Index)],
    };
}
