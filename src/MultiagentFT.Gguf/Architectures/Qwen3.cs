namespace MultiagentFT.Gguf;

/// <summary>Qwen 3: norms on the heads of queries and keys.</summary>
internal static class Qwen3
{
    public static ModelArchitecture Architecture { get; } = new()
    {
        Name = "qwen3",
        RotatesHalves = true,
        HasHeadNorms = true,
    };
}
