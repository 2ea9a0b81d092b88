using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Templates;

/// <summary>What templates are given.</summary>
internal static class ChatMessages
{
    private static readonly string[] Roles = [ChatMessage.SystemRole, ChatMessage.UserRole, ChatMessage.AssistantRole];

    /// <exception cref="InputException">There is no message, or one has an unknown role or a NUL character.</exception>
    public static void Check(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0) throw new InputException("messages", null, "at least one message", "none");
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (!Roles.Contains(message.Role))
                throw new InputException($"message {i + 1}", "role", string.Join(", ", Roles), message.Role);
            if (message.Content.Contains('\0'))
                throw new InputException($"message {i + 1}", "content", "text without NUL characters", "one");
        }
    }
}
