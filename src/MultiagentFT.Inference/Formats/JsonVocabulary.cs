using System.Text;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Formats;

/// <summary>Whether a vocabulary can write JSON.</summary>
internal static class JsonVocabulary
{
    /// <summary>Each has to be a token: with them an object can be ended wherever it stands, and any of its parts begun.</summary>
    private static ReadOnlySpan<byte> Needed => "{}[]\":,\\-0123456789truefalsn"u8;

    /// <summary>What is missing, as a sentence goes on after "expected"; null where nothing is.</summary>
    public static string? Lack(ITokenizer tokenizer)
    {
        var isThere = new bool[256];
        var endsAnswers = false;
        for (var token = 0; token < tokenizer.VocabularySize; token++)
        {
            endsAnswers |= tokenizer.IsEndOfGeneration(token);
            if (!tokenizer.IsEndOfGeneration(token) && tokenizer.Piece(token).Span is [var single]) isThere[single] = true;
        }
        if (!endsAnswers) return "a token that ends an answer";
        foreach (var value in Needed)
        {
            if (!isThere[value]) return $"a token of its own for {Encoding.ASCII.GetString([value])}";
        }
        return null;
    }
}
