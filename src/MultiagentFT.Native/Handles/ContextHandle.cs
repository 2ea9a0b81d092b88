using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Handles;

/// <summary>Owns a llama_context.</summary>
internal sealed class ContextHandle(nint value, ModelHandle model) : DependentHandle(value, model)
{
    protected override void Free(nint value) => LlamaMethods.ContextFree(value);
}
