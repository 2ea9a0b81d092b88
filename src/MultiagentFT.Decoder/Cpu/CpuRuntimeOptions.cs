using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>How a model is loaded.</summary>
public sealed record CpuRuntimeOptions
{
    /// <summary>
    /// Whether a row's logits must not depend, bit for bit, on the rows beside it. This project's own products never do;
    /// for other types of weights ggml is kept to its products of one row at a time, which are slower. Default false.
    /// </summary>
    public bool Deterministic { get; init; }

    /// <summary>Adapter files that are to be loaded: a model is not opened where one of them cannot be applied. Default none.</summary>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>How factors of adapters are kept. Default <see cref="AdapterType.Q8"/>.</summary>
    public AdapterType AdapterType { get; init; }
}
