namespace MultiagentFT.Native.Tensors;

/// <summary>Type of the values of products: mft_value_type.</summary>
public enum KernelValue
{
    Float32 = 0,
    BFloat16 = 1,
}
