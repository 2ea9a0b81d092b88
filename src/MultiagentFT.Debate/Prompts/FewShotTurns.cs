using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Prompts;

/// <summary>The order of example turns: a user's, an assistant's, and so on, the last one an assistant's.</summary>
internal static class FewShotTurns
{
    /// <summary>All that is wrong: the turn (from 0) or null for all of them, the key within it, what was expected and found.</summary>
    public static IEnumerable<(int? Turn, string Key, string Expected, string Found)> Errors(IReadOnlyList<ChatMessage> turns)
    {
        foreach (var (index, turn) in turns.Index())
        {
            var expected = index % 2 == 0 ? ChatMessage.UserRole : ChatMessage.AssistantRole;
            if (turn.Role != expected) yield return (index, ".role", expected, turn.Role);
            if (string.IsNullOrWhiteSpace(turn.Content)) yield return (index, ".content", "a text", "nothing");
        }
        if (turns.Count % 2 != 0) yield return (null, "", "an assistant's turn at the end", $"{turns.Count} turns, of which the last one is not answered");
    }
}
