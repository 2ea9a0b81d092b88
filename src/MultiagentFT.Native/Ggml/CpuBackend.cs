using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Ggml;

/// <summary>ggml's CPU backend with its own number of threads. Computes one graph at a time.</summary>
internal sealed unsafe class CpuBackend : SafeHandle
{
    /// <exception cref="InputException">The libraries have no CPU backend, or one without threads.</exception>
    public CpuBackend(int threads)
        : base(0, ownsHandle: true)
    {
        var device = CpuDevice.Instance;
        SetHandle(GgmlMethods.BackendInit(device.Handle, null));
        if (IsInvalid) throw new InputException(GgmlLibrary.Instance.Folder, null, "a CPU backend that starts", "one that does not");
        var setThreads = (delegate* unmanaged[Cdecl]<nint, int, void>)device.Function("ggml_backend_set_n_threads");
        setThreads(handle, threads);
    }

    public override bool IsInvalid => handle == 0;

    /// <exception cref="InvalidOperationException">The graph could not be computed.</exception>
    public void Compute(nint graph)
    {
        var status = GgmlMethods.Compute(handle, graph);
        if (status != 0) throw new InvalidOperationException($"ggml could not compute the step (status {status})");
    }

    protected override bool ReleaseHandle()
    {
        GgmlMethods.BackendFree(handle);
        return true;
    }
}
