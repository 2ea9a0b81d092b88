using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Bench.Debating;

/// <summary>
/// Another tokenizer as agents of noise need it. No token ends an answer, so that every answer goes on to its limit, whatever
/// is drawn; and NUL, which no message may hold, is spelled as a blank, so that every answer can be read by the others.
/// </summary>
internal sealed class EndlessTokenizer(ITokenizer inner) : ITokenizer
{
    private static readonly ReadOnlyMemory<byte> Blank = new([(byte)' ']);

    public int VocabularySize => inner.VocabularySize;

    public IReadOnlyList<string> ControlTokens => inner.ControlTokens;

    public IReadOnlyList<string> UserDefinedTokens => inner.UserDefinedTokens;

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) => inner.Tokenize(text, addSpecial, parseSpecial);

    public ReadOnlyMemory<byte> Piece(int token)
    {
        var piece = inner.Piece(token);
        return piece.Span.Contains((byte)0) ? Blank : piece;
    }

    public bool IsEndOfGeneration(int token) => false;
}
