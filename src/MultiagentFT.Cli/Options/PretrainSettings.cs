using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Cli.Options;

/// <summary>The recipe of a base model as options.</summary>
internal static class PretrainSettings
{
    /// <summary>Options that a model to go on from has decided.</summary>
    public static IReadOnlyList<string> OfShape { get; } =
        ["--embedding", "--blocks", "--heads", "--key-value-heads", "--feed-forward", "--context", "--merges"];

    public static Settings<PretrainOptions> Create() => new Settings<PretrainOptions>(new PretrainOptions())
        .Text("--start-model", "Model of an earlier pretraining to go on from, with its shape and vocabulary", "file",
            recipe => recipe.StartModel, (recipe, value) => recipe with { StartModel = value })
        .Number("--embedding", "Width of the residual stream",
            recipe => recipe.Embedding, (recipe, value) => recipe with { Embedding = value })
        .Number("--blocks", "Number of blocks", recipe => recipe.Blocks, (recipe, value) => recipe with { Blocks = value })
        .Number("--heads", "Query heads", recipe => recipe.Heads, (recipe, value) => recipe with { Heads = value })
        .Number("--key-value-heads", "Key and value heads",
            recipe => recipe.KeyValueHeads, (recipe, value) => recipe with { KeyValueHeads = value })
        .Number("--feed-forward", "Width of the feed-forward layer",
            recipe => recipe.FeedForward, (recipe, value) => recipe with { FeedForward = value })
        .Number("--context", "Tokens of context that the file promises",
            recipe => recipe.Context, (recipe, value) => recipe with { Context = value })
        .Number("--million-tokens", "Tokens to train on, in millions",
            recipe => recipe.MillionTokens, (recipe, value) => recipe with { MillionTokens = value })
        .Text("--corpus", "Arithmetic with careless mistakes, that which knows columns and seldom uses them, or this with word problems and symbolic ones", string.Join('|', CorpusMix.Named.Keys),
            recipe => recipe.Corpus, (recipe, value) => recipe with { Corpus = value })
        .Number("--batch-tokens", "Tokens of one batch",
            recipe => recipe.BatchTokens, (recipe, value) => recipe with { BatchTokens = value })
        .Number("--learning-rate", "Peak learning rate of the blocks' matrices",
            recipe => recipe.LearningRate, (recipe, value) => recipe with { LearningRate = value })
        .Number("--embedding-rate", "That of embeddings and norms, as a multiple",
            recipe => recipe.EmbeddingRate, (recipe, value) => recipe with { EmbeddingRate = value })
        .Number("--warm-up", "Share of steps in which it rises", recipe => recipe.WarmUp, (recipe, value) => recipe with { WarmUp = value })
        .Number("--weight-decay", "Decoupled weight decay of the blocks' matrices",
            recipe => recipe.WeightDecay, (recipe, value) => recipe with { WeightDecay = value })
        .Number("--clip-norm", "Limit of the gradient's norm; 0 has none",
            recipe => recipe.ClipNorm, (recipe, value) => recipe with { ClipNorm = value })
        .Number("--merges", "Byte-pair merges of the tokenizer, at most",
            recipe => recipe.Merges, (recipe, value) => recipe with { Merges = value })
        .Number("--added-merges", "Merges learned from the corpus and added to those of --start-model, at most",
            recipe => recipe.AddedMerges, (recipe, value) => recipe with { AddedMerges = value })
        .Text("--quantization", "Type of the matrices", "q8_0|q4_0|f16|f32",
            recipe => recipe.Quantization, (recipe, value) => recipe with { Quantization = value })
        .Number("--seed", "Every seed of the recipe derives from it",
            recipe => recipe.Seed, (recipe, value) => recipe with { Seed = value })
        .Number("--threads", "CPU threads; 0 takes every core",
            recipe => recipe.Threads, (recipe, value) => recipe with { Threads = value });
}
