namespace MultiagentFT.Gguf;

/// <summary>
/// What a model's metadata asks for beyond a plain Llama-like decoder with <see cref="RopeScaling"/>, which is what the trainer and the mixed-adapter decoder compute;
/// they refuse the rest instead of computing something else.
/// </summary>
public static class PlainDecoder
{
    private static readonly string[] Scales =
    [
        "attention.scale", "attention.clamp_kqv", "attn_logit_softcapping", "final_logit_softcapping", "logit_scale", "residual_scale",
        "embedding_scale",
    ];

    /// <summary>The first setting that is not plain: its key, what was expected and what was found; null when all are.</summary>
    public static (string Key, string Expected, string Found)? Deviation(ModelFile model)
    {
        var metadata = model.File.Metadata;
        foreach (var name in Scales)
        {
            if (metadata.TryGetSingle(Key(name), out var scale) && scale != 0) return (Key(name), "no such key", $"{scale}");
        }
        if (metadata.TryGetBool(Key("attention.causal"), out var causal) && !causal) return (Key("attention.causal"), "true", "false");
        return null;

        string Key(string name) => $"{model.Architecture}.{name}";
    }
}
