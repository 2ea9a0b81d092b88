namespace MultiagentFT.Training.Model;

/// <summary>The sizes of a Llama-style decoder.</summary>
public sealed record ModelShape
{
    /// <summary><c>llama</c>, <c>qwen2</c> or <c>qwen3</c>.</summary>
    public required string Architecture { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Embedding { get; init; }

    public required int Blocks { get; init; }

    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    public required int HeadLength { get; init; }

    public required int FeedForward { get; init; }

    public required int Context { get; init; }

    public float RmsEpsilon { get; init; } = 1e-5f;

    public float RopeBase { get; init; } = 10_000f;

    /// <summary>Whether logits come from the embedding matrix itself.</summary>
    public required bool TiedOutput { get; init; }

    /// <summary>
    /// Whether rotary pairs are the two halves of a head (NEOX) or neighbours (as llama.cpp permutes Llama weights).
    /// </summary>
    public bool RotatesHalves => Architecture != "llama";

    /// <summary>The names in a GGUF file of the seven linear layers of a block, by target.</summary>
    public static IReadOnlyDictionary<string, string> LinearNames { get; } = new Dictionary<string, string>
    {
        ["q"] = "attn_q",
        ["k"] = "attn_k",
        ["v"] = "attn_v",
        ["o"] = "attn_output",
        ["gate"] = "ffn_gate",
        ["up"] = "ffn_up",
        ["down"] = "ffn_down",
    };

    /// <summary>The seven linear layers of a block.</summary>
    public IEnumerable<(string Name, string Target, int Inputs, int Outputs)> Linears() => LinearNames.Select(name => name.Key switch
    {
        "q" => (name.Value, name.Key, Embedding, Heads * HeadLength),
        "k" or "v" => (name.Value, name.Key, Embedding, KeyValueHeads * HeadLength),
        "o" => (name.Value, name.Key, Heads * HeadLength, Embedding),
        "down" => (name.Value, name.Key, FeedForward, Embedding),
        _ => (name.Value, name.Key, Embedding, FeedForward),
    });
}
