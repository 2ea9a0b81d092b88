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

    /// <summary>The seven linear layers of a block: name in the GGUF file, target name, inputs, outputs.</summary>
    public IEnumerable<(string Name, string Target, int Inputs, int Outputs)> Linears()
    {
        yield return ("attn_q", "q", Embedding, Heads * HeadLength);
        yield return ("attn_k", "k", Embedding, KeyValueHeads * HeadLength);
        yield return ("attn_v", "v", Embedding, KeyValueHeads * HeadLength);
        yield return ("attn_output", "o", Heads * HeadLength, Embedding);
        yield return ("ffn_gate", "gate", Embedding, FeedForward);
        yield return ("ffn_up", "up", Embedding, FeedForward);
        yield return ("ffn_down", "down", FeedForward, Embedding);
    }
}
