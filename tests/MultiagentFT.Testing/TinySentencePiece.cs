using MultiagentFT.Gguf;

namespace MultiagentFT.Testing;

/// <summary>A SentencePiece vocabulary: 256 bytes, letters, a few words. The tokenizer puts a blank before a text and behind control tokens.</summary>
public static class TinySentencePiece
{
    private const int NormalType = 1;
    private const int UnknownType = 2;
    private const int ControlType = 3;
    private const int ByteType = 6;

    /// <summary>Each is made of two that stand before it.</summary>
    private static readonly string[] Words =
        ["▁I", "It", "▁It", "is", "▁is", "▁2", "▁3", "▁A", "as", "ss", "st", "an", "us", "er", "user", "ass", "ist", "ant", "istant", "assistant"];

    /// <summary>All tokens in order of their ids.</summary>
    public static IReadOnlyList<string> Tokens { get; } =
    [
        "<unk>", "<s>", "</s>",
        .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"),
        "▁", .. Enumerable.Range('!', '~' - '!' + 1).Select(letter => ((char)letter).ToString()),
        .. Words,
        TinyVocabulary.TurnStart, TinyVocabulary.TurnEnd,
    ];

    public static int Size => Tokens.Count;

    public static int Id(string token) => Enumerable.Range(0, Size).First(id => Tokens[id] == token);

    /// <summary>Adds the tokenizer's keys.</summary>
    internal static void Describe(GgufMetadata metadata)
    {
        metadata.Set("tokenizer.ggml.model", "llama");
        metadata.Set("tokenizer.ggml.tokens", Tokens.ToArray());
        metadata.Set("tokenizer.ggml.scores", Enumerable.Range(0, Size).Select(id => (float)-id).ToArray());
        metadata.Set("tokenizer.ggml.token_type", Enumerable.Range(0, Size).Select(TypeOf).ToArray());
        metadata.Set("tokenizer.ggml.unknown_token_id", 0u);
        metadata.Set("tokenizer.ggml.bos_token_id", 1u);
        metadata.Set("tokenizer.ggml.eos_token_id", 2u);
        metadata.Set("tokenizer.ggml.eot_token_id", (uint)(Size - 1));
        metadata.Set("tokenizer.ggml.add_bos_token", true);
        metadata.Set("tokenizer.ggml.add_space_prefix", true);
    }

    private static int TypeOf(int id) => id switch
    {
        0 => UnknownType,
        1 or 2 => ControlType,
        < 3 + 256 => ByteType,
        _ => id >= Size - 2 ? ControlType : NormalType,
    };
}
