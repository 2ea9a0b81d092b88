using System.Text;
using LLama;
using LLama.Exceptions;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;

namespace MultiagentFT.LLamaSharp;

/// <summary>Renders conversations with llama.cpp's built-in templates, through LLamaSharp. Jinja that llama.cpp does not know is refused.</summary>
internal sealed class LLamaSharpChatTemplate(ModelFile file) : IChatTemplate
{
    private const string Key = "tokenizer.chat_template";

    private readonly string _path = file.File.Path;
    private readonly string? _template = file.ChatTemplate;

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        if (_template is null) throw new InputException(_path, Key, "a chat template", "no such key");
        ChatMessages.Check(messages);
        var template = new LLamaTemplate(_template) { AddAssistant = addGenerationPrompt };
        foreach (var message in messages) template.Add(message.Role, message.Content);
        try
        {
            return Encoding.UTF8.GetString(template.Apply());
        }
        catch (MissingTemplateException error)
        {
            throw new InputException(_path, Key, "a chat template that llama.cpp knows", "another one", error);
        }
    }
}
