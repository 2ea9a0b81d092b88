using System.Runtime.InteropServices;
using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native;

/// <summary>
/// Renders conversations with llama.cpp's built-in templates. llama.cpp recognises the Jinja text of a model file as one of
/// the templates it knows; it does not run Jinja, so text that it does not recognise is refused here.
/// </summary>
internal sealed unsafe class LlamaChatTemplate(ModelFile file) : IChatTemplate
{
    private const string Key = "tokenizer.chat_template";

    private readonly string _path = file.File.Path;

    /// <summary>UTF-8 with the NUL that ends a C string; null when the model has no template.</summary>
    private readonly byte[]? _template = file.ChatTemplate is { } template ? Encoding.UTF8.GetBytes(template + '\0') : null;

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        if (_template is null) throw new InputException(_path, Key, "a chat template", "no such key");
        ChatMessages.Check(messages);

        var native = new LlamaChatMessage[messages.Count];
        try
        {
            for (var i = 0; i < native.Length; i++)
            {
                native[i].Role = (byte*)Marshal.StringToCoTaskMemUTF8(messages[i].Role);
                native[i].Content = (byte*)Marshal.StringToCoTaskMemUTF8(messages[i].Content);
            }
            return Apply(native, addGenerationPrompt);
        }
        finally
        {
            foreach (var message in native)
            {
                Marshal.FreeCoTaskMem((nint)message.Role);
                Marshal.FreeCoTaskMem((nint)message.Content);
            }
        }
    }

    private string Apply(LlamaChatMessage[] messages, bool addGenerationPrompt)
    {
        _ = Library.LlamaLibrary.Instance;
        var buffer = new byte[4096];
        while (true)
        {
            int length;
            fixed (byte* template = _template)
            fixed (LlamaChatMessage* first = messages)
            fixed (byte* destination = buffer)
            {
                length = LlamaMethods.ApplyChatTemplate(
                    template, first, (nuint)messages.Length, addGenerationPrompt ? (byte)1 : (byte)0, destination, buffer.Length);
            }
            if (length < 0) throw new InputException(_path, Key, "a chat template that llama.cpp knows", "another one");
            if (length <= buffer.Length) return Encoding.UTF8.GetString(buffer, 0, length);
            buffer = new byte[length];
        }
    }
}
