using Acornima.Ast;
using Jint;
using Jint.Native;
using Jint.Runtime;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Templates;

/// <summary>
/// A template in an engine of its own: the library @huggingface/jinja in the interpreter Jint, in which no file, network or .NET type
/// can be reached. Templates are input from outside, so steps, memory and depth are limited; none of that depends on how busy the
/// machine is. Thread-safe.
/// </summary>
internal sealed class JinjaTemplate
{
    /// <summary>Characters of a template, at most; the longest in use have some twenty thousand.</summary>
    public const int MostCharacters = 1 << 18;

    /// <summary>About a second's work; the templates in use take up to a hundred thousand for a conversation of some turns.</summary>
    private const int MostStatements = 2_000_000;
    private const int MostBytes = 1 << 28;
    private const int MostNested = 200;

    private static readonly TimeSpan MostRegexTime = TimeSpan.FromSeconds(5);
    private static readonly Lazy<Prepared<Script>> Library = new(() => Engine.PrepareScript(
        "(function () { const module = { exports: {} }; (function (module, exports) {" + Resource("jinja.js") + "\n})(module, module.exports); return module.exports; })()"));

    private static readonly Lazy<Prepared<Script>> Python = new(() => Engine.PrepareScript(Resource("python.js")));

    private readonly Lock _gate = new();
    private readonly Engine _engine;
    private readonly JsValue _render;

    /// <exception cref="TemplateException">It is not a template that the library reads.</exception>
    public JinjaTemplate(string source, SpecialTokens tokens, DateTime today)
    {
        if (source.Length > MostCharacters)
            throw new TemplateException($"more than {MostCharacters} characters ({source.Length})");
        _engine = new Engine(options =>
        {
            options.Strict();
            options.DisableStringCompilation();
            options.MaxStatements(MostStatements);
            options.LimitMemory(MostBytes);
            options.LimitRecursion(MostNested);
            options.Constraints.StackOverflowGuard = true;
            options.Constraints.RegexTimeout = MostRegexTime;
        });
        var library = _engine.Evaluate(Library.Value);
        var setUp = _engine.Evaluate(Python.Value);
        var compile = _engine.Invoke(setUp, library, new Func<string, string>(format => PromptDate.Format(today, format)));
        _render = Guarded(() => _engine.Invoke(compile, source, tokens.Begin!, tokens.End!));
    }

    /// <exception cref="TemplateException">The template refuses the conversation, or runs beyond a limit.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        var arguments = new object[1 + (2 * messages.Count)];
        arguments[0] = addGenerationPrompt;
        for (var i = 0; i < messages.Count; i++) (arguments[(2 * i) + 1], arguments[(2 * i) + 2]) = (messages[i].Role, messages[i].Content);
        lock (_gate) return Guarded(() => _engine.Invoke(_render, arguments).AsString());
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not TemplateException)
        {
            throw new TemplateException(Reason(error), error);
        }
    }

    private static string Reason(Exception error) => error switch
    {
        StatementsCountOverflowException => $"one of more than {MostStatements} steps",
        MemoryLimitExceededException or OutOfMemoryException => $"one of more than {MostBytes >> 20} MiB",
        RecursionDepthOverflowException or InsufficientExecutionStackException => "one that is nested too deep",
        TimeoutException => "one that takes too long",
        _ => error.Message.ReplaceLineEndings(" "),
    };

    private static string Resource(string name)
    {
        using var stream = typeof(JinjaTemplate).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }
}
