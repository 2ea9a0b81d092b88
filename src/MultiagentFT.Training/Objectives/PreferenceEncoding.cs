using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Objectives;

/// <summary>An answer to a prompt as tokens, of which the answer's count.</summary>
internal static class PreferenceEncoding
{
    /// <exception cref="InputException">The template cannot render it, or a message spells a control token; the message begins with <paramref name="name"/>.</exception>
    public static TokenizedExample Encode(ConversationEncoder encoder, IReadOnlyList<ChatMessage> prompt, IReadOnlyList<ChatMessage> answer, string name)
    {
        try
        {
            return encoder.Encode(new ChatExample([.. prompt, .. answer]), LossTarget.LastTurn);
        }
        catch (InputException error)
        {
            throw new InputException($"{name}: {error.Message}", error);
        }
    }
}
