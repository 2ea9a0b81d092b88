using MultiagentFT.Gguf;

namespace MultiagentFT.Testing;

/// <summary>Shape and content of a <see cref="TinyAdapter"/>.</summary>
public sealed record TinyAdapterOptions
{
    public ulong Seed { get; init; } = 1;

    public int Rank { get; init; } = 4;

    /// <summary>How factors are stored; F32 where a row does not fill its blocks.</summary>
    public TensorType Type { get; init; } = TensorType.F32;

    public float Alpha { get; init; } = 8;

    /// <summary>Reach of the random numbers in B; 0 makes an adapter that changes nothing.</summary>
    public float Reach { get; init; } = 0.3f;

    /// <summary>Whether the token embedding gets a pair too.</summary>
    public bool WithEmbedding { get; init; }

    /// <summary>Linear layers that get an adapter, by their names in a GGUF block.</summary>
    public IReadOnlyList<string> Targets { get; init; } =
        ["attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
}
