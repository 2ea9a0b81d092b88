using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// Checks a model's tokenizer keys. llama.cpp reads scores and token types without looking at their lengths, and aborts the
/// process for tokenizers that lack what their kind calls for.
/// </summary>
internal static class VocabularyCheck
{
    private const string KindKey = "tokenizer.ggml.model";
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string TypesKey = "tokenizer.ggml.token_type";

    /// <summary>SentencePiece.</summary>
    private const string SentencePiece = "llama";

    /// <summary>Byte-pair encoding over bytes.</summary>
    private const string BytePairs = "gpt2";

    private const int MostType = 6;
    private const int ByteType = 6;

    private static readonly string[] SpecialTokenKeys =
        ["tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"];

    /// <summary>Checks everything and returns the number of tokens.</summary>
    /// <exception cref="InputException">A key is missing, or does not fit the tokens.</exception>
    public static int Run(GgufMetadata metadata)
    {
        var kind = metadata.RequireString(KindKey);
        if (kind is not (SentencePiece or BytePairs))
            throw new InputException(metadata.Source, KindKey, $"{BytePairs} or {SentencePiece}", kind.Length == 0 ? "an empty string" : kind);
        var tokens = metadata.RequireStringArray(TokensKey);
        if (tokens.Length == 0) throw new InputException(metadata.Source, TokensKey, "at least one token", "none");
        var places = Places(metadata, tokens);
        if (kind == SentencePiece) CheckBytes(metadata, places);
        if (metadata.TryGetSingleArray("tokenizer.ggml.scores", out var scores))
            CheckLength(metadata, "tokenizer.ggml.scores", scores.Length, tokens.Length);
        if (metadata.TryGetInt32Array(TypesKey, out var types)) CheckTypes(metadata, kind, tokens, types);
        if (metadata.TryGetStringArray("tokenizer.ggml.merges", out var merges) && Array.IndexOf(merges, "") is var empty and >= 0)
            throw new InputException(metadata.Source, $"tokenizer.ggml.merges[{empty}]", "a pair of tokens", "an empty string");
        // llama.cpp keeps its default where there is no such token.
        foreach (var key in SpecialTokenKeys) metadata.TryGetInteger(key, 0, uint.MaxValue, out _);
        metadata.TryGetString("tokenizer.chat_template", out _);
        return tokens.Length;
    }

    /// <summary>Where every token stands; each is there once, and none has a NUL, which would end it.</summary>
    private static Dictionary<string, int> Places(GgufMetadata metadata, string[] tokens)
    {
        var places = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var i = 0; i < tokens.Length; i++)
        {
            // llama.cpp gives empty tokens this name.
            var token = tokens[i].Length == 0 ? $"[EMPTY_{i}]" : tokens[i];
            if (token.Contains('\0')) throw new InputException(metadata.Source, $"{TokensKey}[{i}]", "a token without NUL", $"'{EscapedUtf8.Show(token)}'");
            if (!places.TryAdd(token, i))
                throw new InputException(metadata.Source, $"{TokensKey}[{i}]", "every token once", $"'{EscapedUtf8.Show(token)}' as at {places[token]}");
        }
        return places;
    }

    /// <summary>SentencePiece spells what it does not know in bytes.</summary>
    private static void CheckBytes(GgufMetadata metadata, Dictionary<string, int> places)
    {
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            if (!places.ContainsKey(ByteToken(value)))
                throw new InputException(metadata.Source, TokensKey, $"a token for every byte, as tokenizer {SentencePiece} needs", $"none for {ByteToken(value)}");
        }
    }

    private static void CheckTypes(GgufMetadata metadata, string kind, string[] tokens, int[] types)
    {
        CheckLength(metadata, TypesKey, types.Length, tokens.Length);
        for (var i = 0; i < types.Length; i++)
        {
            if (types[i] is < 0 or > MostType) throw new InputException(metadata.Source, $"{TypesKey}[{i}]", $"0 to {MostType}", $"{types[i]}");
            if (types[i] == ByteType && (kind != SentencePiece || !IsByteToken(tokens[i])))
                throw new InputException(metadata.Source, $"{TypesKey}[{i}]", $"no byte, as it is none of tokenizer {kind}", $"byte ('{EscapedUtf8.Show(tokens[i])}')");
        }
    }

    private static bool IsByteToken(string token) =>
        token.Length == 6 && byte.TryParse(token.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value) && token == ByteToken(value);

    private static string ByteToken(int value) => $"<0x{value:X2}>";

    private static void CheckLength(GgufMetadata metadata, string key, int found, int expected)
    {
        if (found != expected)
            throw new InputException(metadata.Source, key, $"one entry for each of the {expected} tokens", $"{found} entries");
    }
}
