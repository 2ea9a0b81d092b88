namespace MultiagentFT.Native;

/// <summary>How a model is loaded.</summary>
public sealed record LlamaRuntimeOptions
{
    /// <summary>
    /// Layers on GPUs. Null puts all there when there is a GPU; 0 uses no GPU at all; a positive number needs one.
    /// Range [0, 65 536]. Default null.
    /// </summary>
    public int? GpuLayers { get; init; }

    /// <summary>Loads tokenizer and chat template only: at once, without weights, and no context can be made. Default false.</summary>
    public bool VocabularyOnly { get; init; }

    /// <summary>Receives every line that llama.cpp logs while the runtime is open, on whatever thread logs. Default none.</summary>
    public Action<string>? Log { get; init; }
}
