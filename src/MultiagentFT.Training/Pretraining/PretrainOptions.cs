using MultiagentFT.Gguf;

namespace MultiagentFT.Training.Pretraining;

/// <summary>The recipe of the embedded base model (<c>mft pretrain</c>).</summary>
public sealed record PretrainOptions
{
    /// <summary>A GGUF file of an earlier pretraining to go on from, with its shape and vocabulary; empty starts from nothing.</summary>
    public string StartModel { get; init; } = "";

    /// <summary>Width of the residual stream, a multiple of 32 and of <see cref="Heads"/>. Default 256.</summary>
    public int Embedding { get; init; } = 256;

    /// <summary>Blocks. Range [1, 64]. Default 4.</summary>
    public int Blocks { get; init; } = 4;

    /// <summary>Query heads. Default 4.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Key and value heads; divides <see cref="Heads"/>. Default 2.</summary>
    public int KeyValueHeads { get; init; } = 2;

    /// <summary>Width of the feed-forward layer, a multiple of 32. Default 768.</summary>
    public int FeedForward { get; init; } = 768;

    /// <summary>Room for every solution; longer conversations are left out.</summary>
    internal const int LeastContext = 256;

    /// <summary>Tokens that the file promises. Range [256, 1 048 576]. Default 1024.</summary>
    public int Context { get; init; } = 1024;

    /// <summary>Tokens to train on, in millions. Range (0, 1 000 000]. Default 20.</summary>
    public double MillionTokens { get; init; } = 20;

    /// <summary>What the corpus is made of: <c>careless</c>, <c>columns</c> or <c>families</c>, see <see cref="CorpusMix"/>. Default careless.</summary>
    public string Corpus { get; init; } = "careless";

    /// <summary>Tokens of one batch, padding included. Default 6144.</summary>
    public int BatchTokens { get; init; } = 6144;

    /// <summary>Peak learning rate of Muon, for the matrices of the blocks. Default 0.02.</summary>
    public double LearningRate { get; init; } = 0.02;

    /// <summary>The learning rate of AdamW, for embeddings and norms, as a multiple of the other. Default 0.2.</summary>
    public double EmbeddingRate { get; init; } = 0.2;

    /// <summary>Share of steps of linear warm-up. Default 0.03.</summary>
    public double WarmUp { get; init; } = 0.03;

    /// <summary>Decoupled weight decay of the matrices of the blocks. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gradient norm limit. Default 1.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Most byte-pair merges of the tokenizer. Default 240.</summary>
    public int Merges { get; init; } = 240;

    /// <summary>Most merges learned from the corpus and added to those of <see cref="StartModel"/>. Range [0, 60 000]. Default 0.</summary>
    public int AddedMerges { get; init; }

    /// <summary>Type of the matrices in the file: <c>q8_0</c>, <c>q4_0</c>, <c>f16</c>, <c>f32</c>. Default q8_0.</summary>
    public string Quantization { get; init; } = "q8_0";

    public ulong Seed { get; init; } = 1;

    /// <summary>CPU threads; 0 takes every core.</summary>
    public int Threads { get; init; }

    internal CorpusMix Mix => CorpusMix.Named[Corpus];

    public ModelShape Shape(int vocabulary) => new()
    {
        Architecture = "llama",
        Vocabulary = vocabulary,
        Embedding = Embedding,
        Blocks = Blocks,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadLength = Embedding / Heads,
        FeedForward = FeedForward,
        Context = Context,
        TiedOutput = true,
    };

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Heads < 1 || Embedding < 32 || Embedding % 32 != 0 || Embedding % Math.Max(1, Heads) != 0 || Embedding / Math.Max(1, Heads) % 2 != 0)
            yield return $"embedding: expected a multiple of 32 whose share per head is even, found {Embedding} for {Heads} heads";
        if (KeyValueHeads < 1 || Heads % Math.Max(1, KeyValueHeads) != 0) yield return $"keyValueHeads: expected a divisor of {Heads}, found {KeyValueHeads}";
        if (Blocks is < 1 or > 64) yield return $"blocks: expected 1 to 64, found {Blocks}";
        if (FeedForward < 32 || FeedForward % 32 != 0) yield return $"feedForward: expected a multiple of 32, found {FeedForward}";
        if (Context is < LeastContext or > 1 << 20) yield return $"context: expected {LeastContext} to 1048576, found {Context}";
        if (!(MillionTokens is > 0 and <= 1e6)) yield return $"millionTokens: expected above 0 and at most 1000000, found {MillionTokens}";
        if (!CorpusMix.Named.ContainsKey(Corpus)) yield return $"corpus: expected {string.Join(", ", CorpusMix.Named.Keys)}, found {Corpus}";
        if (BatchTokens is < 1024 or > 1 << 20) yield return $"batchTokens: expected 1024 to 1048576, found {BatchTokens}";
        if (!(LearningRate > 0) || !double.IsFinite(LearningRate)) yield return $"learningRate: expected above 0, found {LearningRate}";
        if (!(EmbeddingRate > 0) || !double.IsFinite(EmbeddingRate)) yield return $"embeddingRate: expected above 0, found {EmbeddingRate}";
        if (!(WarmUp is >= 0 and < 1)) yield return $"warmUp: expected 0 or more and below 1, found {WarmUp}";
        if (!(WeightDecay >= 0) || !double.IsFinite(WeightDecay)) yield return $"weightDecay: expected 0 or more, found {WeightDecay}";
        if (!(ClipNorm >= 0) || !double.IsFinite(ClipNorm)) yield return $"clipNorm: expected 0 or more, found {ClipNorm}";
        if (Merges is < 0 or > 60_000) yield return $"merges: expected 0 to 60000, found {Merges}";
        if (AddedMerges is < 0 or > 60_000) yield return $"addedMerges: expected 0 to 60000, found {AddedMerges}";
        if (AddedMerges > 0 && StartModel.Length == 0) yield return "addedMerges: expected 0 without a model to start from, whose merges they would join";
        if (Quantization is not ("q8_0" or "q4_0" or "f16" or "f32")) yield return $"quantization: expected q8_0, q4_0, f16 or f32, found {Quantization}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }
}
