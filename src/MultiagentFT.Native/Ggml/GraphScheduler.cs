using System.Runtime.InteropServices;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Ggml;

/// <summary>
/// A ggml_backend_sched: gives the intermediate tensors of one graph their memory and runs it, each operation where its
/// operands lie, and on the CPU what the device does not compute.
/// </summary>
internal sealed unsafe class GraphScheduler : SafeHandle
{
    private readonly ComputeDevice _device;
    private readonly DeviceBackend[] _backends;
    private nuint _size;

    /// <param name="device">The device to prefer.</param>
    /// <param name="threads">Of the CPU.</param>
    /// <exception cref="MultiagentFT.Foundation.InputException">The device does not start.</exception>
    public GraphScheduler(ComputeDevice device, int threads)
        : base(0, ownsHandle: true)
    {
        _device = device;
        var first = new DeviceBackend(device, threads);
        try
        {
            _backends = device.IsCpu ? [first] : [first, new DeviceBackend(ComputeDevice.Cpu, threads)];
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Parts of the last graph that run on one device each: 1 when nothing crossed.</summary>
    public int Parts => GgmlSchedulerMethods.SplitCount(handle);

    /// <summary>Gives a graph its memory. The graph before it can no longer be computed.</summary>
    /// <param name="graph">With its inputs marked, not yet placed.</param>
    /// <param name="tensors">At least its nodes and leaves.</param>
    /// <exception cref="InvalidOperationException">A device has not as much memory.</exception>
    public void Allocate(nint graph, int tensors)
    {
        // ggml ends the process where its table of tensors is too small, and wants twice the room that it needs.
        Reserve(2 * (nuint)tensors);
        GgmlSchedulerMethods.Reset(handle);
        if (GgmlSchedulerMethods.Allocate(handle, graph) == 0)
            throw new InvalidOperationException($"{_device.Description.Name} has no memory for the activations of the step");
    }

    /// <summary>Computes the graph that was allocated last, to the end.</summary>
    /// <exception cref="InvalidOperationException">The graph could not be computed.</exception>
    public void Compute(nint graph)
    {
        var status = GgmlSchedulerMethods.Compute(handle, graph);
        if (status != 0) throw new InvalidOperationException($"ggml could not compute the step (status {status})");
    }

    protected override void Dispose(bool disposing)
    {
        // The scheduler speaks of the backends until it is gone.
        base.Dispose(disposing);
        if (!disposing) return;
        foreach (var backend in _backends) backend.Dispose();
    }

    protected override bool ReleaseHandle()
    {
        GgmlSchedulerMethods.FreeScheduler(handle);
        return true;
    }

    private void Reserve(nuint size)
    {
        if (size <= _size) return;
        size = System.Numerics.BitOperations.RoundUpToPowerOf2(size);
        var count = _backends.Length;
        var backends = stackalloc nint[2];
        var memory = stackalloc nint[2];
        for (var i = 0; i < count; i++) backends[i] = _backends[i].DangerousGetHandle();
        memory[0] = _device.Memory;
        // What the CPU hands over lies where the device reads it fastest.
        memory[count - 1] = !_device.IsCpu && _device.HostMemory != 0 ? _device.HostMemory : ComputeDevice.Cpu.Memory;
        if (!IsInvalid) GgmlSchedulerMethods.FreeScheduler(handle);
        SetHandle(GgmlSchedulerMethods.NewScheduler(backends, memory, count, size, 0, 0));
        _size = size;
    }
}
