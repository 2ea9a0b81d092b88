using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Ggml;

/// <summary>Tensors of one context in the memory of devices: as few buffers as the devices' largest allocation lets be.</summary>
internal sealed class TensorPlaces : IDisposable
{
    private const int Weights = 1;

    private readonly List<DeviceBuffer> _buffers = [];

    /// <summary>Places all tensors.</summary>
    /// <param name="tensors">Described, not placed, each with the buffer type that it goes to.</param>
    /// <param name="areWeights">Whether operations should run where these tensors lie.</param>
    /// <exception cref="OutOfMemoryException">A device has not as much.</exception>
    public TensorPlaces(IEnumerable<(nint Tensor, nint Memory)> tensors, bool areWeights)
    {
        try
        {
            foreach (var group in tensors.GroupBy(place => place.Memory)) Place(group.Key, [.. group.Select(place => place.Tensor)]);
        }
        catch
        {
            Dispose();
            throw;
        }
        foreach (var buffer in _buffers)
        {
            if (areWeights) GgmlSchedulerMethods.SetUsage(buffer.DangerousGetHandle(), Weights);
        }
    }

    public long Bytes => _buffers.Sum(buffer => (long)buffer.Bytes);

    /// <summary>Sets every byte to 0.</summary>
    public void Clear()
    {
        foreach (var buffer in _buffers) GgmlSchedulerMethods.Clear(buffer.DangerousGetHandle(), 0);
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    private void Place(nint memory, nint[] tensors)
    {
        var most = GgmlSchedulerMethods.MostBytes(memory);
        var pending = new List<(nint Tensor, nuint Bytes)>();
        nuint sum = 0;
        foreach (var tensor in tensors)
        {
            var bytes = DeviceBuffer.SizeOf(memory, tensor);
            if (sum > 0 && (bytes > most || sum > most - bytes)) Flush();
            pending.Add((tensor, bytes));
            sum += bytes;
        }
        Flush();

        void Flush()
        {
            if (pending.Count == 0) return;
            var buffer = new DeviceBuffer(memory, sum);
            _buffers.Add(buffer);
            foreach (var (tensor, bytes) in pending) buffer.Place(tensor, bytes);
            pending.Clear();
            sum = 0;
        }
    }
}
