namespace MultiagentFT.Inference.Engines;

/// <summary>What computes logits.</summary>
public enum DecoderKind
{
    /// <summary>llama.cpp's own: every architecture and device; one adapter at a time in a context.</summary>
    Llama,

    /// <summary>This project's, on ggml: rows of different agents in one step; llama, qwen2, qwen3 and phi3 on a CPU.</summary>
    Society,
}
