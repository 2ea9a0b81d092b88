using System.Runtime.InteropServices;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Ggml;

/// <summary>Memory of a ggml backend that tensors are placed in, one after another.</summary>
internal sealed unsafe class DeviceBuffer : SafeHandle
{
    private readonly byte* _base;
    private readonly nuint _alignment;
    private nuint _used;

    /// <param name="bufferType">A ggml_backend_buffer_type.</param>
    /// <param name="bytes">As many as <see cref="SizeOf"/> gives for the tensors to place.</param>
    /// <exception cref="OutOfMemoryException">The backend has not as much.</exception>
    public DeviceBuffer(nint bufferType, nuint bytes)
        : base(0, ownsHandle: true)
    {
        Bytes = bytes;
        SetHandle(GgmlMethods.AllocateBuffer(bufferType, bytes));
        if (IsInvalid) throw new OutOfMemoryException($"{Name(bufferType)}: expected {bytes} bytes of memory, found less");
        _base = (byte*)GgmlMethods.BufferBase(handle);
        _alignment = GgmlMethods.Alignment(bufferType);
    }

    public override bool IsInvalid => handle == 0;

    public nuint Bytes { get; }

    /// <summary>Bytes that a tensor takes in a buffer of this type, alignment included.</summary>
    public static nuint SizeOf(nint bufferType, nint tensor) =>
        Aligned(GgmlMethods.AllocationSize(bufferType, tensor), GgmlMethods.Alignment(bufferType));

    /// <summary>Gives a tensor the next free place.</summary>
    /// <exception cref="InvalidOperationException">No room is left, or the backend refuses the tensor.</exception>
    public void Place(nint tensor, nuint bytes)
    {
        if (_used + bytes > Bytes) throw new InvalidOperationException($"a buffer of {Bytes} bytes has no {bytes} left");
        Place(tensor, _base + _used);
        _used += Aligned(bytes, _alignment);
    }

    /// <summary>Puts a tensor at an address within the buffer, which the caller answers for.</summary>
    public void Place(nint tensor, void* address)
    {
        var status = GgmlMethods.PlaceTensor(handle, tensor, address);
        if (status != 0) throw new InvalidOperationException($"ggml could not place a tensor (status {status})");
    }

    /// <summary>Takes room for <paramref name="bytes"/> without a tensor.</summary>
    public void* Take(nuint bytes)
    {
        bytes = Aligned(bytes, _alignment);
        if (_used + bytes > Bytes) throw new InvalidOperationException($"a buffer of {Bytes} bytes has no {bytes} left");
        var address = _base + _used;
        _used += bytes;
        return address;
    }

    protected override bool ReleaseHandle()
    {
        GgmlMethods.FreeBuffer(handle);
        return true;
    }

    private static nuint Aligned(nuint bytes, nuint alignment) => (bytes + alignment - 1) / alignment * alignment;

    private static string Name(nint bufferType) => Marshal.PtrToStringUTF8((nint)GgmlMethods.BufferTypeName(bufferType)) ?? "?";
}
