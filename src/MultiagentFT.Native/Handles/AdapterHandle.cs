using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Handles;

/// <summary>Owns a llama_adapter_lora.</summary>
/// <param name="value">The native adapter.</param>
/// <param name="model">The model that it belongs to.</param>
/// <param name="gate">Guards the model's set of adapters, which llama.cpp changes without a lock on loading and on freeing.</param>
internal sealed class AdapterHandle(nint value, ModelHandle model, Lock gate) : DependentHandle(value, model)
{
    protected override void Free(nint value)
    {
        lock (gate) LlamaMethods.AdapterFree(value);
    }
}
