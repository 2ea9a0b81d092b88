using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>Where and how the mixed-adapter decoder over ggml's own operations computes.</summary>
public sealed record GgmlRuntimeOptions
{
    /// <summary>
    /// ggml's name of the device, such as <c>CUDA0</c>, <c>Vulkan0</c> or <c>CPU</c>. Null takes the first GPU, or the CPU where
    /// there is none. Default null.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>
    /// Whether attention is one operation of the device; else it is two products and a softmax. Null takes the one operation on
    /// GPUs that have it for the model's head length; true needs it. Default null.
    /// </summary>
    public bool? FlashAttention { get; init; }

    /// <summary>How adapters' factors are stored: F32 or F16; null is F32 on the CPU and F16 elsewhere.</summary>
    internal TensorType? FactorType { get; init; }
}
