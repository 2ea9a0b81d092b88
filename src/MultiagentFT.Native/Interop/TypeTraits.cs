using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>ggml_type_traits of ggml as in llama.cpp v0.5.0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TypeTraits
{
    public byte* Name;

    /// <summary>Values of one block.</summary>
    public long BlockLength;
    public long BlockInterleave;

    /// <summary>Bytes of one block.</summary>
    public nuint BlockBytes;
    public byte IsQuantized;

    /// <summary>Dequantizes (blocks, values, number of values); null where the type has none.</summary>
    public delegate* unmanaged[Cdecl]<void*, float*, long, void> ToFloat;
    public void* FromFloatReference;
}
