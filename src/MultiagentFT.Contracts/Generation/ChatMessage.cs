namespace MultiagentFT.Contracts.Generation;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">The text of the turn, without any template markup.</param>
public sealed record ChatMessage(
    string Role,
    string Content)
{
    public const string SystemRole = "system";
    public const string UserRole = "user";
    public const string AssistantRole = "assistant";

    public static ChatMessage System(string content) => new(SystemRole, content);

    public static ChatMessage User(string content) => new(UserRole, content);

    public static ChatMessage Assistant(string content) => new(AssistantRole, content);
}
