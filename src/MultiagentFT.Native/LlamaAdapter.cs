using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;

namespace MultiagentFT.Native;

/// <summary>A LoRA adapter over one model. Contexts that use it keep its memory alive until they choose another.</summary>
internal sealed class LlamaAdapter(string path, long bytes, AdapterHandle handle, ModelHandle model) : SharedResource, IRuntimeAdapter
{
    public string Path { get; } = path;

    public long Bytes { get; } = bytes;

    public AdapterHandle Handle { get; } = handle;

    /// <summary>The model that the adapter belongs to.</summary>
    public ModelHandle Model { get; } = model;

    protected override void Free() => Handle.Dispose();
}
