namespace MultiagentFT.Contracts.Generation;

/// <summary>What computes logits.</summary>
public enum DecoderKind
{
    /// <summary>The society decoder where it serves the model, else llama.cpp's.</summary>
    Auto,

    /// <summary>llama.cpp's own: every architecture and device; one adapter at a time in a context.</summary>
    Llama,

    /// <summary>This project's, on ggml: rows of different agents in one step; llama, qwen2, qwen3 and phi3 on a CPU.</summary>
    Society,
}
