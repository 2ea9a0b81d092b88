using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Runtime;

/// <summary>The chat template stored in the model file, used in serving and in training alike.</summary>
public interface IChatTemplate
{
    /// <summary>The conversation as the text that the model was trained on.</summary>
    /// <param name="messages">Turns in order.</param>
    /// <param name="addGenerationPrompt">Whether to end with the opening of an assistant's turn.</param>
    /// <exception cref="MultiagentFT.Foundation.InputException">The model has no chat template, or one this runtime does not know.</exception>
    string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt);
}
