using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Handles;

/// <summary>Owns a llama_adapter_lora.</summary>
internal sealed class AdapterHandle(nint value, ModelHandle model) : DependentHandle(value, model)
{
    protected override void Free(nint value) => LlamaMethods.AdapterFree(value);
}
