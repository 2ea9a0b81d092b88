using System.Text;
using MultiagentFT.Gguf;

namespace MultiagentFT.Testing;

/// <summary>A byte-level BPE vocabulary: 256 bytes, a few merges, three control tokens. Any text can be tokenized.</summary>
public static class TinyVocabulary
{
    public const string EndOfText = "<|endoftext|>";
    public const string TurnStart = "<|im_start|>";
    public const string TurnEnd = "<|im_end|>";

    private const int NormalType = 1;
    private const int ControlType = 3;
    private const int UserDefinedType = 4;

    private static readonly string[] Merges =
        ["t h", "th e", "i n", "e r", "a n", "r e", "o n", "Ġ a", "Ġ the", "in g", "1 2", "Ġ =", "Ċ Ċ"];

    private static readonly string[] Controls = [EndOfText, TurnStart, TurnEnd];

    /// <summary>All tokens in order of their ids, bytes spelled as GPT-2 spells them.</summary>
    public static IReadOnlyList<string> Tokens { get; } =
        [.. ByteSpellings(), .. Merges.Select(merge => merge.Replace(" ", "")), .. Controls];

    public static int Size => Tokens.Count;

    public static int TurnEndToken => Size - 1;

    public static int TurnStartToken => Size - 2;

    public static int EndOfTextToken => Size - 3;

    /// <summary>Adds the tokenizer's keys.</summary>
    internal static void Describe(GgufMetadata metadata, string turnEnd, IReadOnlyList<string> userDefined)
    {
        metadata.Set("tokenizer.ggml.model", "gpt2");
        metadata.Set("tokenizer.ggml.pre", "gpt-2");
        metadata.Set("tokenizer.ggml.tokens", Tokens.Select(token => token == TurnEnd ? turnEnd : token).ToArray());
        metadata.Set("tokenizer.ggml.token_type", Tokens.Select(TypeOf).ToArray());
        metadata.Set("tokenizer.ggml.merges", Merges);
        metadata.Set("tokenizer.ggml.bos_token_id", (uint)EndOfTextToken);
        metadata.Set("tokenizer.ggml.eos_token_id", (uint)TurnEndToken);
        metadata.Set("tokenizer.ggml.add_bos_token", false);

        int TypeOf(string token) => userDefined.Contains(token) ? UserDefinedType : Controls.Contains(token) ? ControlType : NormalType;
    }

    /// <summary>GPT-2 spells printable Latin-1 bytes as themselves and the others as the code points from 256 on.</summary>
    private static IEnumerable<string> ByteSpellings()
    {
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            yield return new Rune(printable ? value : next++).ToString();
        }
    }
}
