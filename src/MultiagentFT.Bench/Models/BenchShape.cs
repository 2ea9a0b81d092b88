using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Bench.Models;

/// <summary>The sizes of a published model under the name that users ask for, for weights made up on the spot.</summary>
public sealed record BenchShape(string Name, ModelShape Shape)
{
    private const int ContextLength = 32_768;

    public BenchShape(
        string name,
        string architecture,
        int embedding,
        int blocks,
        int heads,
        int keyValueHeads,
        int headLength,
        int feedForward,
        int vocabulary,
        bool tiedOutput)
        : this(name, new ModelShape
        {
            Architecture = architecture,
            Vocabulary = vocabulary,
            Embedding = embedding,
            Blocks = blocks,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadLength = headLength,
            FeedForward = feedForward,
            Context = ContextLength,
            TiedOutput = tiedOutput,
        })
    {
    }

    public static IReadOnlyList<BenchShape> All { get; } =
    [
        new("llama-0.4b", "llama", 1024, 24, 16, 4, 64, 4096, 32_000, tiedOutput: false),
        new("qwen2.5-0.5b", "qwen2", 896, 24, 14, 2, 64, 4864, 151_936, tiedOutput: true),
        new("qwen3-0.6b", "qwen3", 1024, 28, 16, 8, 128, 3072, 151_936, tiedOutput: true),
        new("tinyllama-1.1b", "llama", 2048, 22, 32, 4, 64, 5632, 32_000, tiedOutput: false),
        new("llama-3.2-1b", "llama", 2048, 16, 32, 8, 64, 8192, 128_256, tiedOutput: true),
        new("qwen2.5-7b", "qwen2", 3584, 28, 28, 4, 128, 18_944, 152_064, tiedOutput: false),
        new("llama-3.1-8b", "llama", 4096, 32, 32, 8, 128, 14_336, 128_256, tiedOutput: false),
    ];

    /// <exception cref="InputException">There is no such shape.</exception>
    public static BenchShape Of(string name) =>
        All.FirstOrDefault(shape => shape.Name == name)
        ?? throw new InputException("--shape", null, string.Join(", ", All.Select(shape => shape.Name)), name);
}
