using System.Runtime.InteropServices;

namespace MultiagentFT.SocietyDecoder;

/// <summary>Zeroed native memory, aligned to cache lines, freed with this object.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    private const int CacheLine = 64;

    /// <exception cref="OutOfMemoryException">The system has not as much.</exception>
    public NativeBlock(long bytes)
        : base(0, ownsHandle: true)
    {
        Bytes = bytes;
        // calloc leaves untouched pages unbacked, which matters for memory of slots that are never used.
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)bytes + CacheLine));
        Start = (byte*)((handle + CacheLine - 1) / CacheLine * CacheLine);
    }

    public override bool IsInvalid => handle == 0;

    public byte* Start { get; }

    public long Bytes { get; }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
