using System.Runtime.InteropServices;
using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Shared;

/// <summary>Zeroed native memory, aligned to cache lines, freed with this object.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    private const int CacheLine = 64;

    /// <summary>A span has at most 2 GB.</summary>
    private const int MostBytesAtOnce = 1 << 30;

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

    /// <summary>Reads a whole tensor to <paramref name="offset"/> of this memory.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The file was cut meanwhile or cannot be read.</exception>
    public void Fill(GgufFile file, TensorInfo tensor, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + tensor.Bytes, Bytes, nameof(offset));
        for (long done = 0; done < tensor.Bytes; done += MostBytesAtOnce)
        {
            var count = (int)Math.Min(MostBytesAtOnce, tensor.Bytes - done);
            file.Read(tensor, done, new Span<byte>(Start + offset + done, count));
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
