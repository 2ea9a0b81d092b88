using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Serving;

namespace MultiagentFT.Chat;

/// <summary>Answers of this project in the terms of Microsoft.Extensions.AI.</summary>
internal static class ChatAnswer
{
    private static long _answers;

    /// <summary>Tells the updates of one answer from those of others of this process.</summary>
    public static string NextId() => $"answer-{Interlocked.Increment(ref _answers)}";

    public static ChatFinishReason ReasonOf(FinishReason finish) =>
        finish is FinishReason.EndOfTurn or FinishReason.StopText ? ChatFinishReason.Stop : ChatFinishReason.Length;

    public static UsageDetails UsageOf(GenerationResult result) => new()
    {
        InputTokenCount = result.PromptTokens,
        CachedInputTokenCount = result.CachedTokens,
        OutputTokenCount = result.GeneratedTokens,
        TotalTokenCount = result.PromptTokens + result.GeneratedTokens,
    };

    /// <exception cref="GenerationException">No agent could answer in the last round.</exception>
    public static Turn TurnOf(DebateOutcome outcome) =>
        outcome.Answer ?? throw new GenerationException(FailureKind.DecodingFailed, "no agent could answer in the last round");

    public static ChatResponseUpdate LastUpdate(FinishReason finish, UsageDetails usage, string model, string id) => new()
    {
        Role = ChatRole.Assistant,
        ModelId = model,
        ResponseId = id,
        MessageId = id,
        FinishReason = ReasonOf(finish),
        Contents = [new UsageContent(usage)],
    };

    public static object? ServiceOf(IChatClient client, ServedSociety society, ChatClientMetadata metadata, Type type, object? key) =>
        key is not null ? null
        : type.IsInstanceOfType(client) ? client
        : type == typeof(ChatClientMetadata) ? metadata
        : type == typeof(ServedSociety) ? society
        : null;
}
