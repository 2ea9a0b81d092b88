using Microsoft.Extensions.AI;
using MultiagentFT.Foundation;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace MultiagentFT.Chat;

/// <summary>Conversations of Microsoft.Extensions.AI as this project's.</summary>
internal static class ChatRequestMessages
{
    /// <exception cref="InputException">A message has a role or a content that the models cannot read.</exception>
    public static IReadOnlyList<Contracts.Generation.ChatMessage> Of(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var list = messages.Select((message, index) => new Contracts.Generation.ChatMessage(RoleOf(message, index), TextOf(message, index))).ToList();
        if (list.Count == 0) throw new InputException("messages", null, "at least one", "none");
        if (options?.Instructions is { Length: > 0 } instructions) list.Insert(0, Contracts.Generation.ChatMessage.System(instructions));
        return list;
    }

    /// <summary>The question of a debate.</summary>
    /// <exception cref="InputException">There is not one user message alone.</exception>
    public static string QuestionOf(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var list = Of(messages, options);
        return list is [{ Role: Contracts.Generation.ChatMessage.UserRole } question]
            ? question.Content
            : throw new InputException("messages", null, "one user message, as a society debates one question", $"{list.Count} of roles {string.Join(", ", list.Select(message => message.Role).Distinct())}");
    }

    private static string RoleOf(ChatMessage message, int index) =>
        message.Role == ChatRole.System || message.Role == ChatRole.User || message.Role == ChatRole.Assistant
            ? message.Role.Value
            : throw new InputException($"messages[{index}]", "role", "system, user or assistant", message.Role.Value);

    private static string TextOf(ChatMessage message, int index) =>
        message.Contents.FirstOrDefault(content => content is not (TextContent or UsageContent)) is { } other
            ? throw new InputException($"messages[{index}]", "content", "text", other.GetType().Name)
            : message.Text;
}
