using LLama.Native;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.LLamaSharp;

/// <summary>
/// A loaded model, held by runtime, contexts and adapters: LLamaSharp's contexts stop working as soon as somebody disposes the
/// model's handle.
/// </summary>
internal sealed class SharedModel(SafeLlamaModelHandle handle) : SharedResource
{
    public SafeLlamaModelHandle Handle { get; } = handle;

    /// <summary>llama.cpp keeps the adapters of a model in a set that it does not lock: they are loaded and freed under this.</summary>
    public Lock AdapterGate { get; } = new();

    protected override void Free() => Handle.Dispose();
}
