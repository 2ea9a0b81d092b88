using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Fakes;

/// <summary>Contents joined by bars, after an opening. Refuses a role that nobody has.</summary>
internal sealed class FakeChatTemplate(string opening = "") : IChatTemplate
{
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        if (messages.Any(message => message.Role == "nobody"))
        {
            throw new InputException("template", "role", "system, user or assistant", "nobody");
        }
        return opening + string.Join('|', messages.Select(message => message.Content)) + (addGenerationPrompt ? ">" : "");
    }
}
