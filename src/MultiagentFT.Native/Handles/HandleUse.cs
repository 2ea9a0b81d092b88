using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Handles;

/// <summary>Keeps a handle open while a pointer into what it owns is in use.</summary>
/// <exception cref="ObjectDisposedException">The handle is closed.</exception>
internal readonly ref struct HandleUse
{
    private readonly SafeHandle _handle;

    public HandleUse(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    public void Dispose() => _handle.DangerousRelease();
}
