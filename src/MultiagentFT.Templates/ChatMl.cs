using System.Text;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Templates;

/// <summary>ChatML without the engine for Jinja, for templates that are ChatML letter by letter: the fast twin of <see cref="JinjaTemplate"/>.</summary>
internal static class ChatMl
{
    /// <summary>The template as it is usually written, and as our own models have it.</summary>
    public static readonly string[] Sources =
    [
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    ];

    public static bool Is(string source) => Array.IndexOf(Sources, source) >= 0;

    public static string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
            text.Append("<|im_start|>").Append(message.Role).Append('\n').Append(message.Content).Append("<|im_end|>\n");
        if (addGenerationPrompt) text.Append("<|im_start|>assistant\n");
        return text.ToString();
    }
}
