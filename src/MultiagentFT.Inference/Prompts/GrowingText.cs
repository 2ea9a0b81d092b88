using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Prompts;

/// <summary>
/// The tokens of a text that grows at its end. What is added is cut out of the tokens of the whole text, as a model that has read the
/// text so far goes on: a tokenizer that is given a piece by itself may put a blank before it (SentencePiece).
/// </summary>
public sealed class GrowingText(ITokenizer tokenizer)
{
    /// <summary>Texts after which a piece is tokenized where it merges with the end of the text so far.</summary>
    private static readonly string[] Anchors = ["\n", ":", ".", ")", "0"];

    private readonly List<int> _tokens = [];

    public string Text { get; private set; } = "";

    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Grows the text.</summary>
    /// <param name="whole">Begins with the text so far.</param>
    /// <returns>The tokens that were added.</returns>
    public int[] GrowTo(string whole)
    {
        var all = PromptEncoder.Tokenize(tokenizer, whole);
        int[] added = all.AsSpan().StartsWith(_tokens.ToArray()) ? all[_tokens.Count..] : Piece(whole[Text.Length..]);
        _tokens.AddRange(added);
        Text = whole;
        return added;
    }

    /// <summary>The end of the text so far and the beginning of the piece are one token in the whole; served, they cannot be.</summary>
    private int[] Piece(string piece)
    {
        foreach (var anchor in Anchors)
        {
            var before = tokenizer.Tokenize(anchor, addSpecial: false, parseSpecial: true);
            var both = tokenizer.Tokenize(anchor + piece, addSpecial: false, parseSpecial: true);
            if (both.AsSpan().StartsWith(before)) return both[before.Length..];
        }
        return tokenizer.Tokenize(piece, addSpecial: false, parseSpecial: true);
    }
}
