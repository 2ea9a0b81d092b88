using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.SocietyDecoder;

/// <summary>The sizes of a model that the society decoder can serve.</summary>
internal sealed record SocietyShape
{
    private const int MostHeadLength = 256;
    private const int Lanes = 16;
    private static readonly string[] Architectures = ["llama", "qwen2", "qwen3", "phi3"];

    /// <summary>All tensors that the decoder computes with; one it does not know would be left out of the result.</summary>
    private static readonly HashSet<string> Known =
    [
        "token_embd.weight", "output.weight", "output_norm.weight", "rope_freqs.weight",
        "attn_norm.weight", "ffn_norm.weight", "attn_q_norm.weight", "attn_k_norm.weight",
        "attn_q.weight", "attn_k.weight", "attn_v.weight", "attn_qkv.weight", "attn_output.weight",
        "attn_q.bias", "attn_k.bias", "attn_v.bias", "attn_output.bias",
        "ffn_gate.weight", "ffn_up.weight", "ffn_down.weight",
    ];

    public required int Vocabulary { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Embedding { get; init; }

    public required int Blocks { get; init; }

    public required int Heads { get; init; }

    /// <summary>Divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>A multiple of 16, at most 256.</summary>
    public required int HeadLength { get; init; }

    public required int FeedForward { get; init; }

    public required float Epsilon { get; init; }

    public required float RopeBase { get; init; }

    /// <summary>Even, at most <see cref="HeadLength"/>.</summary>
    public required int RopeDimensions { get; init; }

    /// <summary>Whether rotary pairs are halves of the head (NEOX) or neighbours.</summary>
    public required bool RopeHalves { get; init; }

    public int Queries => Heads * HeadLength;

    public int Keys => KeyValueHeads * HeadLength;

    /// <summary>Reads the sizes and refuses what this decoder does not compute.</summary>
    /// <exception cref="InputException">The file names the key, what was expected and what was found.</exception>
    public static SocietyShape Of(ModelFile model)
    {
        var path = model.File.Path;
        var architecture = model.Architecture;
        if (!Architectures.Contains(architecture))
            throw Unsupported("general.architecture", string.Join(", ", Architectures), architecture);
        foreach (var tensor in model.File.Tensors)
        {
            var name = tensor.Name.StartsWith("blk.", StringComparison.Ordinal) ? tensor.Name[(tensor.Name.IndexOf('.', 4) + 1)..] : tensor.Name;
            if (!Known.Contains(name)) throw Unsupported(tensor.Name, "a tensor of a dense Llama-like decoder", "this one");
        }
        if (model.File.Metadata.TryGetString($"{architecture}.rope.scaling.type", out var scaling) && scaling != "none")
            throw Unsupported($"{architecture}.rope.scaling.type", "none", scaling);
        if (model.HeadLength % Lanes != 0 || model.HeadLength > MostHeadLength)
            throw Unsupported($"{architecture}.attention.key_length", $"a multiple of {Lanes}, at most {MostHeadLength}", $"{model.HeadLength}");
        return new SocietyShape
        {
            Vocabulary = model.VocabularySize,
            Embedding = model.EmbeddingLength,
            Blocks = model.BlockCount,
            Heads = model.HeadCount,
            KeyValueHeads = model.KeyValueHeadCount,
            HeadLength = model.HeadLength,
            FeedForward = model.FeedForwardLength,
            Epsilon = model.RmsEpsilon,
            RopeBase = model.RopeBase,
            RopeDimensions = model.RopeDimensions,
            RopeHalves = architecture != "llama",
        };

        InputException Unsupported(string key, string expected, string found) =>
            new(path, key, expected + " (the society decoder; --decoder llama serves others)", found);
    }
}
