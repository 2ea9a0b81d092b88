using System.Runtime.CompilerServices;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Prompts;

/// <summary>The tokens that a tokenizer puts before every text: none, or the one that begins it.</summary>
internal sealed class TextBeginning
{
    private const string Sample = "a";

    private static readonly ConditionalWeakTable<ITokenizer, TextBeginning> Known = [];

    private readonly int[] _tokens;

    private TextBeginning(ITokenizer tokenizer)
    {
        var marked = tokenizer.Tokenize(Sample, addSpecial: true, parseSpecial: true);
        var plain = tokenizer.Tokenize(Sample, addSpecial: false, parseSpecial: true);
        _tokens = marked[..Math.Max(0, marked.AsSpan().IndexOf(plain))];
    }

    public static TextBeginning Of(ITokenizer tokenizer) => Known.GetValue(tokenizer, key => new TextBeginning(key));

    /// <summary>Before the tokens of a text that does not begin so already.</summary>
    public int[] AddTo(int[] tokens) => tokens.AsSpan().StartsWith(_tokens) ? tokens : [.. _tokens, .. tokens];
}
