using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;

namespace MultiagentFT.Native;

/// <summary>A LoRA adapter over one model. Contexts that use it keep its memory alive until they choose another.</summary>
internal sealed class LlamaAdapter(string path, long bytes, AdapterHandle handle, ModelHandle model) : IRuntimeAdapter
{
    public string Path { get; } = path;

    public long Bytes { get; } = bytes;

    public AdapterHandle Handle { get; } = handle;

    /// <summary>The model that the adapter belongs to.</summary>
    public ModelHandle Model { get; } = model;

    /// <summary>Whether the owner has let go; a context may still hold the memory.</summary>
    public bool IsDisposed { get; private set; }

    public void Dispose()
    {
        IsDisposed = true;
        Handle.Dispose();
    }
}
