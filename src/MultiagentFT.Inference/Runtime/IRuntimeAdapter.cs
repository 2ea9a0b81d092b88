namespace MultiagentFT.Inference.Runtime;

/// <summary>A LoRA adapter loaded over one model. Disposed only when no context uses it.</summary>
public interface IRuntimeAdapter : IDisposable
{
    string Path { get; }

    /// <summary>Bytes that the adapter adds to memory.</summary>
    long Bytes { get; }
}
