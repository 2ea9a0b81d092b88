using System.Runtime.InteropServices;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>Threads of native/decoder that run the tasks of a step in order. One run at a time.</summary>
internal sealed unsafe class TaskPool : SafeHandle
{
    /// <exception cref="MultiagentFT.Foundation.InputException">The library of kernels is missing or of another build.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more threads.</exception>
    public TaskPool(int threads)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        _ = DecoderLibrary.Instance;
        SetHandle(DecoderMethods.CreatePool(threads));
        if (IsInvalid) throw new OutOfMemoryException($"the system has no {threads} threads left");
    }

    public override bool IsInvalid => handle == 0;

    public void Run(DecoderTask* tasks, int count) => DecoderMethods.RunPool(handle, tasks, count);

    protected override bool ReleaseHandle()
    {
        DecoderMethods.FreePool(handle);
        return true;
    }
}
