using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Handles;

/// <summary>A native object that must be freed before the one it was made from: it holds a reference to that handle.</summary>
internal abstract class DependentHandle : SafeHandle
{
    private readonly SafeHandle _owner;

    protected DependentHandle(nint value, SafeHandle owner)
        : base(0, ownsHandle: true)
    {
        _owner = owner;
        var added = false;
        owner.DangerousAddRef(ref added);
        SetHandle(value);
    }

    public override bool IsInvalid => handle == 0;

    protected sealed override bool ReleaseHandle()
    {
        Free(handle);
        _owner.DangerousRelease();
        return true;
    }

    protected abstract void Free(nint value);
}
