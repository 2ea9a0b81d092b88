using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>ggml_init_params.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GgmlInit
{
    /// <summary>Bytes for tensors' descriptions and graphs.</summary>
    public nuint Bytes;

    /// <summary>Memory to use, or null to let ggml allocate.</summary>
    public void* Memory;

    /// <summary>Whether tensors get no data of their own.</summary>
    public byte WithoutData;
}
