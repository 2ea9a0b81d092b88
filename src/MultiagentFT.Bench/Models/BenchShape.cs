using MultiagentFT.Foundation;

namespace MultiagentFT.Bench.Models;

/// <summary>The sizes of a published model, for weights made up on the spot.</summary>
/// <param name="Name">As users ask for it.</param>
/// <param name="Architecture">GGUF architecture.</param>
/// <param name="Embedding">Width of the residual stream.</param>
/// <param name="Blocks">Blocks.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="HeadLength">Length of a head.</param>
/// <param name="FeedForward">Width of the feed-forward layer.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="TiedOutput">Whether the embedding is the output matrix too.</param>
public sealed record BenchShape(
    string Name,
    string Architecture,
    int Embedding,
    int Blocks,
    int Heads,
    int KeyValueHeads,
    int HeadLength,
    int FeedForward,
    int Vocabulary,
    bool TiedOutput)
{
    public static IReadOnlyList<BenchShape> All { get; } =
    [
        new("llama-0.4b", "llama", 1024, 24, 16, 4, 64, 4096, 32_000, TiedOutput: false),
        new("qwen2.5-0.5b", "qwen2", 896, 24, 14, 2, 64, 4864, 151_936, TiedOutput: true),
        new("qwen3-0.6b", "qwen3", 1024, 28, 16, 8, 128, 3072, 151_936, TiedOutput: true),
        new("tinyllama-1.1b", "llama", 2048, 22, 32, 4, 64, 5632, 32_000, TiedOutput: false),
        new("llama-3.2-1b", "llama", 2048, 16, 32, 8, 64, 8192, 128_256, TiedOutput: true),
        new("qwen2.5-7b", "qwen2", 3584, 28, 28, 4, 128, 18_944, 152_064, TiedOutput: false),
        new("llama-3.1-8b", "llama", 4096, 32, 32, 8, 128, 14_336, 128_256, TiedOutput: false),
    ];

    /// <exception cref="InputException">There is no such shape.</exception>
    public static BenchShape Of(string name) =>
        All.FirstOrDefault(shape => shape.Name == name)
        ?? throw new InputException("--shape", null, string.Join(", ", All.Select(shape => shape.Name)), name);
}
