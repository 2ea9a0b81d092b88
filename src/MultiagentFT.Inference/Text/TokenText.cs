using System.Text;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Text;

/// <summary>
/// Decodes tokens to text as they come. A token may end inside a character: its bytes wait for the rest. Bytes that are
/// no UTF-8 become U+FFFD.
/// </summary>
public sealed class TokenText(ITokenizer tokenizer)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[64];

    /// <summary>The text of a whole answer.</summary>
    public static string Decode(ITokenizer tokenizer, ReadOnlySpan<int> tokens)
    {
        var builder = new StringBuilder(tokens.Length * 4);
        var text = new TokenText(tokenizer);
        foreach (var token in tokens) builder.Append(text.Convert(tokenizer.Piece(token).Span, flush: false));
        return builder.Append(text.Convert([], flush: true)).ToString();
    }

    /// <summary>The characters that this token completes, often its own, sometimes none.</summary>
    public string Append(int token) => Convert(tokenizer.Piece(token).Span, flush: false).ToString();

    /// <summary>What is left when the answer ends inside a character.</summary>
    public string Flush() => Convert([], flush: true).ToString();

    private ReadOnlySpan<char> Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (_characters.Length < most) _characters = new char[most];
        return _characters.AsSpan(0, _decoder.GetChars(bytes, _characters, flush));
    }
}
