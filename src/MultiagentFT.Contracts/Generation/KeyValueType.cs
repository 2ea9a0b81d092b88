namespace MultiagentFT.Contracts.Generation;

/// <summary>How keys and values of the context are kept.</summary>
public enum KeyValueType
{
    /// <summary>float16: 2 bytes a value.</summary>
    F16,

    /// <summary>8 bits with a float16 scale for 32 values: 1.0625 bytes a value.</summary>
    Q8,
}
