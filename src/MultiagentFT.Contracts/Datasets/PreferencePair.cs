using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>Two answers to one prompt, of which one is preferred: a line of a preference dataset as TRL reads it.</summary>
/// <param name="Prompt">What both answer; holds a user message.</param>
/// <param name="Chosen">One assistant message.</param>
/// <param name="Rejected">Another one.</param>
public sealed record PreferencePair(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<ChatMessage> Chosen, IReadOnlyList<ChatMessage> Rejected);
