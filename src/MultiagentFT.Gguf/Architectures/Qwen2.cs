namespace MultiagentFT.Gguf;

/// <summary>Qwen 2 and 2.5: biases on queries, keys and values.</summary>
internal static class Qwen2
{
    public static ModelArchitecture Architecture { get; } = new()
    {
        Name = "qwen2",
        RotatesHalves = true,
        HasBiases = true,
    };
}
