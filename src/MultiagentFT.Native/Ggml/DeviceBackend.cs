using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Ggml;

/// <summary>A ggml_backend: one stream of work on a device.</summary>
internal sealed unsafe class DeviceBackend : SafeHandle
{
    /// <param name="device">Any device.</param>
    /// <param name="threads">Of the CPU; other devices have their own.</param>
    /// <exception cref="InputException">The device does not start.</exception>
    public DeviceBackend(ComputeDevice device, int threads)
        : base(0, ownsHandle: true)
    {
        var mark = LlamaLog.Mark();
        SetHandle(GgmlMethods.BackendInit(device.Handle, null));
        if (IsInvalid) throw new InputException("device", null, $"{device.Description.Name} to start", LlamaLog.Since(mark));
        if (!device.IsCpu) return;
        var setThreads = (delegate* unmanaged[Cdecl]<nint, int, void>)CpuDevice.Instance.Function("ggml_backend_set_n_threads");
        setThreads(handle, threads);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        GgmlMethods.BackendFree(handle);
        return true;
    }
}
