using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>Raw bytes of a parameter struct, read and written by offset.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct ParameterBlock
{
    /// <summary>Well above the 80 and 152 bytes of v0.5.0's structs.</summary>
    public const int Size = 512;

    private fixed long _words[Size / sizeof(long)];

    public readonly T Read<T>(int offset)
        where T : unmanaged
    {
        fixed (long* words = _words) return *(T*)((byte*)words + offset);
    }

    public void Write<T>(int offset, T value)
        where T : unmanaged
    {
        fixed (long* words = _words) *(T*)((byte*)words + offset) = value;
    }
}
