using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Templates;

/// <summary>
/// The chat template of a model file, rendered as Jinja defines it. Serving, training and pretraining use the same one. Tools and
/// documents are not defined. Thread-safe.
/// </summary>
public sealed class ChatTemplate : IChatTemplate
{
    private const string Key = "tokenizer.chat_template";

    private readonly string _path;
    private readonly string? _source;
    private readonly Lazy<JinjaTemplate> _jinja;

    /// <param name="path">The model file, for messages.</param>
    /// <param name="source">Its template; null when it has none, which is refused when something is rendered.</param>
    /// <param name="tokens">Of its vocabulary.</param>
    /// <param name="today">What <c>strftime_now</c> tells. Default <see cref="FixedDate"/>.</param>
    public ChatTemplate(string path, string? source, SpecialTokens tokens, DateTime? today = null)
    {
        (_path, _source) = (path, source);
        _jinja = new Lazy<JinjaTemplate>(() => new JinjaTemplate(source!, tokens, today ?? FixedDate));
    }

    /// <summary>
    /// The day that templates take for today, 26 July 2024: the same conversation is the same prompt on every day, in training and in
    /// serving. It is the day that Llama 3's templates take where they are not told another.
    /// </summary>
    public static DateTime FixedDate { get; } = new(2024, 7, 26, 0, 0, 0, DateTimeKind.Utc);

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        if (_source is null) throw new InputException(_path, Key, "a chat template", "no such key");
        ChatMessages.Check(messages);
        if (ChatMl.Is(_source)) return ChatMl.Render(messages, addGenerationPrompt);
        try
        {
            return _jinja.Value.Render(messages, addGenerationPrompt);
        }
        catch (TemplateException error)
        {
            throw new InputException(_path, Key, "a template that renders the conversation", error.Message, error);
        }
    }
}
