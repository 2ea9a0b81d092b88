namespace MultiagentFT.Gguf;

/// <summary>Llama 2 and 3, Mistral, SmolLM and TinyLlama.</summary>
internal static class Llama
{
    public static ModelArchitecture Architecture { get; } = new()
    {
        Name = "llama",
        RotatesHalves = false,
        MayHaveExperts = true,
        RotaryFactors = [RopeScaling.Factors],
    };
}
