namespace MultiagentFT.Inference.Memory;

/// <summary>Bytes that a runtime takes.</summary>
/// <param name="Weights">The base model, once.</param>
/// <param name="Slot">Keys and values of one slot.</param>
/// <param name="Step">Everything else of one context: activations, logits and tables.</param>
public readonly record struct MemoryNeeds(long Weights, long Slot, long Step);
