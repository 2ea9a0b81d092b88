using MultiagentFT.Gguf;

namespace MultiagentFT.Native;

/// <summary>
/// Tokens that llama.cpp takes out of any text before it splits it, control tokens aside: special to some models, runs of blanks to
/// others.
/// </summary>
internal static class UserDefinedTokens
{
    private const int UserDefinedType = 4;

    /// <summary>As they are spelled in text; those that no text can have are left out.</summary>
    public static IReadOnlyList<string> Of(ModelFile file)
    {
        var metadata = file.File.Metadata;
        if (!metadata.TryGetInt32Array("tokenizer.ggml.token_type", out var types)
            || !metadata.TryGetStringArray("tokenizer.ggml.tokens", out var tokens))
        {
            return [];
        }
        return [.. Enumerable.Range(0, Math.Min(types.Length, tokens.Length)).Where(token => types[token] == UserDefinedType && !EscapedUtf8.HasEscapes(tokens[token]))
            .Select(token => tokens[token].Replace('▁', ' ')).Where(spelling => spelling.Length > 0)];
    }
}
