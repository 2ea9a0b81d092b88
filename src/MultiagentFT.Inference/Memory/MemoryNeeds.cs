namespace MultiagentFT.Inference.Memory;

/// <summary>Bytes that a runtime takes, of the machine's memory or of its GPU's, whichever holds the weights.</summary>
/// <param name="Weights">The base model, once.</param>
/// <param name="Slot">Keys and values of one slot.</param>
/// <param name="Step">Everything else of one context: activations, logits and tables.</param>
public readonly record struct MemoryNeeds(long Weights, long Slot, long Step)
{
    /// <summary>The .NET runtime, libraries, the tokenizer and requests in flight; measured as 130 to 190 MiB.</summary>
    public const long CpuProcess = 224L << 20;

    /// <summary>A GPU's context and the kernels in it: by its makers' figures, not measured here.</summary>
    public const long GpuProcess = 512L << 20;

    /// <summary>What is taken beside the model.</summary>
    public long Process { get; init; } = CpuProcess;

    /// <summary>Bytes of one value of an adapter's factors, at most, where all adapters have the same rank.</summary>
    public int AdapterValue { get; init; } = sizeof(float);
}
