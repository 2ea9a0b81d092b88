using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>An answer that is wanted or not: a line of an unpaired preference dataset as TRL reads it.</summary>
/// <param name="Prompt">What it answers; holds a user message.</param>
/// <param name="Completion">One assistant message.</param>
/// <param name="Label">Whether it is wanted.</param>
public sealed record LabelledCompletion(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<ChatMessage> Completion, bool Label);
