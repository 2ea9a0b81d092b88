namespace MultiagentFT.Native.Library;

/// <summary>ggml_backend_dev_type.</summary>
public enum DeviceKind
{
    Cpu = 0,

    /// <summary>With memory of its own.</summary>
    Gpu = 1,

    /// <summary>Sharing the machine's memory.</summary>
    IntegratedGpu = 2,

    /// <summary>Used together with the CPU, such as a BLAS library.</summary>
    Accelerator = 3,

    /// <summary>Several devices that act as one.</summary>
    Group = 4,
}
