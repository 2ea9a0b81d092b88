namespace MultiagentFT.Contracts.Generation;

/// <summary>What computes logits.</summary>
public enum DecoderKind
{
    /// <summary>The mixed-adapter decoder where it serves the model, else llama.cpp's.</summary>
    Auto,

    /// <summary>llama.cpp's own: every architecture and device; one adapter at a time in a context.</summary>
    Llama,

    /// <summary>
    /// This project's mixed-adapter decoder: rows of different agents in one step. Its own kernels on a CPU, ggml's operations on
    /// a GPU.
    /// </summary>
    Mixed,
}
