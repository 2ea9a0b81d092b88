using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>What one agent has been asked and has said so far, as chat messages.</summary>
public static class Conversation
{
    /// <summary>Prompt and answer of each turn, in the order of <paramref name="turns"/>.</summary>
    /// <param name="turns">Turns of one agent, by round.</param>
    public static List<ChatMessage> Of(IEnumerable<Turn> turns)
    {
        var messages = new List<ChatMessage>();
        foreach (var turn in turns)
        {
            messages.Add(ChatMessage.User(turn.Prompt));
            messages.Add(ChatMessage.Assistant(turn.Text));
        }
        return messages;
    }
}
