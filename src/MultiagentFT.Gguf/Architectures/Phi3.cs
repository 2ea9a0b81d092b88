namespace MultiagentFT.Gguf;

/// <summary>Phi 3 and 4: fused matrices, LongRoPE.</summary>
internal static class Phi3
{
    public static ModelArchitecture Architecture { get; } = new()
    {
        Name = "phi3",
        RotatesHalves = true,
        MayRotatePartly = true,
        IsFused = true,
        RotaryFactors = [RopeScaling.ShortFactors, RopeScaling.LongFactors],
    };
}
