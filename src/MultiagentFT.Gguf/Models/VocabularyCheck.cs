using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// Checks a model's tokenizer keys. llama.cpp reads scores and token types without looking at their lengths, and aborts the
/// process when a token occurs twice.
/// </summary>
internal static class VocabularyCheck
{
    private const string TokensKey = "tokenizer.ggml.tokens";

    private static readonly string[] SpecialTokenKeys =
        ["tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"];

    /// <summary>Checks everything and returns the number of tokens.</summary>
    /// <exception cref="InputException">A key is missing, or does not fit the tokens.</exception>
    public static int Run(GgufMetadata metadata)
    {
        if (metadata.RequireString("tokenizer.ggml.model").Length == 0)
            throw new InputException(metadata.Source, "tokenizer.ggml.model", "a tokenizer's name", "an empty string");
        var tokens = metadata.RequireStringArray(TokensKey);
        if (tokens.Length == 0) throw new InputException(metadata.Source, TokensKey, "at least one token", "none");
        CheckUnique(metadata, tokens);
        if (metadata.TryGetSingleArray("tokenizer.ggml.scores", out var scores))
            CheckLength(metadata, "tokenizer.ggml.scores", scores.Length, tokens.Length);
        if (metadata.TryGetInt32Array("tokenizer.ggml.token_type", out var types))
            CheckLength(metadata, "tokenizer.ggml.token_type", types.Length, tokens.Length);
        if (metadata.TryGetStringArray("tokenizer.ggml.merges", out var merges) && Array.IndexOf(merges, "") is var empty and >= 0)
            throw new InputException(metadata.Source, $"tokenizer.ggml.merges[{empty}]", "a pair of tokens", "an empty string");
        foreach (var key in SpecialTokenKeys) metadata.TryGetInteger(key, 0, tokens.Length - 1, out _);
        metadata.TryGetString("tokenizer.chat_template", out _);
        return tokens.Length;
    }

    private static void CheckUnique(GgufMetadata metadata, string[] tokens)
    {
        var first = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var i = 0; i < tokens.Length; i++)
        {
            // llama.cpp gives empty tokens this name.
            var token = tokens[i].Length == 0 ? $"[EMPTY_{i}]" : tokens[i];
            if (!first.TryAdd(token, i))
                throw new InputException(metadata.Source, $"{TokensKey}[{i}]", "every token once", $"'{token}' as at {first[token]}");
        }
    }

    private static void CheckLength(GgufMetadata metadata, string key, int found, int expected)
    {
        if (found != expected)
            throw new InputException(metadata.Source, key, $"one entry for each of the {expected} tokens", $"{found} entries");
    }
}
