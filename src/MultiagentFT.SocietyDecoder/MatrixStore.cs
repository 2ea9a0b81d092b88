using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.SocietyDecoder;

/// <summary>All matrices of a model, once in memory, each where this CPU multiplies it fastest.</summary>
internal sealed unsafe class MatrixStore : IDisposable
{
    private readonly TensorContext _context;
    private readonly Dictionary<nint, DeviceBuffer> _buffers = [];
    private readonly Dictionary<MatrixSource, Matrix> _matrices = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="MultiagentFT.Foundation.InputException">A tensor cannot be read.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public MatrixStore(GgufFile file, IReadOnlyList<MatrixSource> sources)
    {
        _context = new TensorContext(sources.Count, nodes: 0);
        try
        {
            Place(sources);
            foreach (var source in sources) Fill(file, source);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of all buffers.</summary>
    public long Bytes => _buffers.Values.Sum(buffer => (long)buffer.Bytes);

    /// <param name="source">One of those that were given, the same object.</param>
    public Matrix this[MatrixSource source] => _matrices[source];

    public void Dispose()
    {
        foreach (var buffer in _buffers.Values) buffer.Dispose();
        _context.Dispose();
    }

    private void Place(IReadOnlyList<MatrixSource> sources)
    {
        var device = CpuDevice.Instance;
        var places = new List<(nint Tensor, nint Memory, nuint Bytes)>();
        foreach (var source in sources)
        {
            var tensor = _context.Matrix((int)source.Type, source.Inputs, source.Outputs);
            var memory = device.BestMemory(tensor, source.Inputs);
            places.Add((tensor, memory, DeviceBuffer.SizeOf(memory, tensor)));
            _matrices.Add(source, new Matrix(tensor, source.Outputs));
        }
        foreach (var group in places.GroupBy(place => place.Memory))
            _buffers.Add(group.Key, new DeviceBuffer(group.Key, (nuint)group.Sum(place => (long)place.Bytes)));
        foreach (var (tensor, memory, bytes) in places) _buffers[memory].Place(tensor, bytes);
    }

    private void Fill(GgufFile file, MatrixSource source)
    {
        using var data = new NativeBlock(source.Bytes);
        long offset = 0;
        foreach (var part in source.Parts)
        {
            data.Fill(file, part, offset);
            offset += part.Bytes;
        }
        GgmlMethods.SetTensor(_matrices[source].Tensor, data.Start, 0, (nuint)source.Bytes);
    }
}
