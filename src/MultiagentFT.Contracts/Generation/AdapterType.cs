namespace MultiagentFT.Contracts.Generation;

/// <summary>How factors of adapters are kept in memory.</summary>
public enum AdapterType
{
    /// <summary>
    /// 8 bits with a float32 scale for every rank: 1 byte a value, for linear layers whose base weights are quantized, where a
    /// measurement at load shows that it adds little to their rounding; float16 for others.
    /// </summary>
    Q8,

    /// <summary>float16: 2 bytes a value.</summary>
    F16,
}
