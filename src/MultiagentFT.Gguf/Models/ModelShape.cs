namespace MultiagentFT.Gguf;

/// <summary>The sizes of a decoder. Of models whose blocks differ, which only llama.cpp serves, the largest of each.</summary>
public sealed record ModelShape
{
    /// <summary>Number of <see cref="Linears"/>.</summary>
    public const int Targets = 7;

    private static readonly (string Target, string Name)[] LinearNames =
        [("q", "attn_q"), ("k", "attn_k"), ("v", "attn_v"), ("o", "attn_output"), ("gate", "ffn_gate"), ("up", "ffn_up"), ("down", "ffn_down")];

    /// <summary><c>general.architecture</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Tokens, which are the rows of the embedding too.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Embedding { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Length of one head's query, key and value.</summary>
    public required int HeadLength { get; init; }

    /// <summary>Inner width of the feed-forward layer; 0 where an architecture that is not known here states none.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Tokens of context that the model was trained for.</summary>
    public required int Context { get; init; }

    /// <summary>0 for a dense model.</summary>
    public int Experts { get; init; }

    /// <summary>Epsilon of RMSNorm; 0 where an architecture that is not known here states none.</summary>
    public float RmsEpsilon { get; init; } = 1e-5f;

    /// <summary>Base of the rotary position embedding.</summary>
    public float RopeBase { get; init; } = 10_000f;

    /// <summary>Rotated dimensions of a head: even, at most the head length, which is the default.</summary>
    public int RopeDimensions { get => field > 0 ? field : HeadLength; init; }

    /// <summary>Whether logits come from the embedding matrix itself.</summary>
    public bool TiedOutput { get; init; }

    /// <summary>Of a known architecture: whether rotary pairs are halves of the rotated dimensions or neighbours.</summary>
    public bool RotatesHalves => ArchitectureCatalog.Find(Architecture)!.RotatesHalves;

    /// <summary>Width of all query heads.</summary>
    public int Queries => Heads * HeadLength;

    /// <summary>Width of all key heads, and of all value heads.</summary>
    public int Keys => KeyValueHeads * HeadLength;

    /// <summary>The linear layers of a block, numbered as in mft_decoder.h: q, k, v, o, gate, up, down.</summary>
    public IReadOnlyList<LinearLayer> Linears =>
        [.. LinearNames.Select((layer, target) => new LinearLayer([layer.Target], layer.Name, Inputs((AdapterTarget)target), Outputs((AdapterTarget)target)))];

    /// <summary>
    /// The same as a file has them, which is what adapters are trained on: of an architecture that joins them, queries, keys and values are one matrix, and gate and up
    /// are.
    /// </summary>
    public IReadOnlyList<LinearLayer> Matrices => ArchitectureCatalog.Find(Architecture) is not { IsFused: true } ? Linears :
    [
        new LinearLayer(["q", "k", "v"], "attn_qkv", Embedding, Queries + (2 * Keys)),
        Linears[(int)AdapterTarget.Output],
        new LinearLayer(["gate", "up"], "ffn_up", Embedding, 2 * FeedForward),
        Linears[(int)AdapterTarget.Down],
    ];

    /// <summary>Width of what a linear layer reads.</summary>
    public int Inputs(AdapterTarget target) => target switch { AdapterTarget.Output => Queries, AdapterTarget.Down => FeedForward, _ => Embedding };

    /// <summary>Width of what a linear layer gives.</summary>
    public int Outputs(AdapterTarget target) => target switch
    {
        AdapterTarget.Queries => Queries,
        AdapterTarget.Keys or AdapterTarget.Values => Keys,
        AdapterTarget.Gate or AdapterTarget.Up => FeedForward,
        _ => Embedding,
    };
}
