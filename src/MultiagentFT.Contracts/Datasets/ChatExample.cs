using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>One training conversation: a line of a chat JSONL dataset, as OpenAI and Hugging Face tools read it.</summary>
/// <param name="Messages">Turns in order; the last one is the assistant's and is what is learned.</param>
public sealed record ChatExample(IReadOnlyList<ChatMessage> Messages);
