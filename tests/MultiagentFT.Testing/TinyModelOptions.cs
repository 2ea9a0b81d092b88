using MultiagentFT.Gguf;

namespace MultiagentFT.Testing;

/// <summary>Shape and content of a <see cref="TinyModel"/>.</summary>
public sealed record TinyModelOptions
{
    /// <summary><c>llama</c>, <c>qwen2</c> (biases on q, k, v), <c>qwen3</c> (norms on q and k) or <c>phi3</c> (fused matrices).</summary>
    public string Architecture { get; init; } = "llama";

    /// <summary>Type of the matrices; vectors are F32. The row lengths have to be whole blocks.</summary>
    public TensorType TensorType { get; init; } = TensorType.F32;

    public ulong Seed { get; init; } = 1;

    public int EmbeddingLength { get; init; } = 64;

    public int Blocks { get; init; } = 2;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int FeedForwardLength { get; init; } = 128;

    public int ContextLength { get; init; } = 512;

    /// <summary>Whether the embedding matrix is the output matrix too.</summary>
    public bool TiedOutput { get; init; }

    /// <summary>Null leaves the key out.</summary>
    public string? ChatTemplate { get; init; } = TinyModel.ChatMl;

    /// <summary>The spelling of the control token that ends a turn.</summary>
    public string TurnEnd { get; init; } = TinyVocabulary.TurnEnd;

    /// <summary>Whether the vocabulary is <see cref="TinySentencePiece"/>, not <see cref="TinyVocabulary"/>.</summary>
    public bool SentencePiece { get; init; }

    /// <summary>Tokens of <see cref="TinyVocabulary"/> that are user-defined, not control tokens.</summary>
    public IReadOnlyList<string> UserDefined { get; init; } = [];

    /// <summary>How positions are stretched, such as <c>yarn</c>; null leaves the key out.</summary>
    public string? RopeScaling { get; init; }

    /// <summary>Rotated dimensions of a head; 0 for all.</summary>
    public int RopeDimensions { get; init; }

    /// <summary>Settings (text, float or uint) by their keys without the architecture, beside those of the sizes.</summary>
    public IReadOnlyDictionary<string, object> Settings { get; init; } = new Dictionary<string, object>();

    /// <summary>Values of <c>rope_factors_short.weight</c> and <c>rope_factors_long.weight</c>, half as many as <see cref="RopeDimensions"/>; null leaves them out.</summary>
    public (float[] Short, float[] Long)? RopeFactors { get; init; }

    public int HeadLength => EmbeddingLength / Heads;

    public ModelShape Shape => new()
    {
        Architecture = Architecture,
        Vocabulary = SentencePiece ? TinySentencePiece.Size : TinyVocabulary.Size,
        Embedding = EmbeddingLength,
        Blocks = Blocks,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadLength = HeadLength,
        RopeDimensions = RopeDimensions,
        FeedForward = FeedForwardLength,
        Context = ContextLength,
        TiedOutput = TiedOutput,
    };
}
