namespace MultiagentFT.Gguf;

/// <summary>
/// What a model's metadata asks for beyond a plain Llama-like decoder. The trainer computes the plain one, and the mixed-adapter decoder
/// that with <see cref="RopeScaling"/>, so they refuse the rest instead of computing something else.
/// </summary>
public static class PlainDecoder
{
    private static readonly string[] RopeFactors = ["rope.scaling.factor", "rope.scale_linear"];
    private static readonly string[] Scales =
    [
        "attention.scale", "attention.clamp_kqv", "attn_logit_softcapping", "final_logit_softcapping", "logit_scale", "residual_scale",
        "embedding_scale",
    ];

    /// <summary>The first setting that is not plain: its key, what was expected and what was found; null when all are.</summary>
    public static (string Key, string Expected, string Found)? Deviation(ModelFile model) => Stretched(model) ?? BesideRope(model);

    /// <summary>The same, whatever the rotary embedding.</summary>
    public static (string Key, string Expected, string Found)? BesideRope(ModelFile model)
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

    private static (string Key, string Expected, string Found)? Stretched(ModelFile model)
    {
        var metadata = model.File.Metadata;
        if (metadata.TryGetString(Key("rope.scaling.type"), out var type))
        {
            if (type != "none") return (Key("rope.scaling.type"), "none", type);
        }
        else
        {
            // Without a type llama.cpp takes a factor as linear scaling; 0 stands for none.
            foreach (var name in RopeFactors)
            {
                if (metadata.TryGetSingle(Key(name), out var factor) && factor is not (0 or 1)) return (Key(name), "1, or no such key", $"{factor}");
            }
        }
        // This one is read whatever the type.
        if (metadata.TryGetSingle(Key("rope.scaling.attn_factor"), out var magnitude) && magnitude is not (0 or 1))
            return (Key("rope.scaling.attn_factor"), "1, or no such key", $"{magnitude}");
        return null;

        string Key(string name) => $"{model.Architecture}.{name}";
    }
}
