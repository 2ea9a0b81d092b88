using MultiagentFT.Decoder.Shared;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>All matrices of a model, once in memory, each as this CPU multiplies it fastest: in this project's panels, or in ggml's order.</summary>
internal sealed unsafe class MatrixStore : IDisposable
{
    private readonly TensorContext _context;
    private readonly Dictionary<nint, DeviceBuffer> _buffers = [];
    private readonly PackedMatrices? _packed;
    private readonly Dictionary<MatrixSource, Matrix> _matrices = new(ReferenceEqualityComparer.Instance);

    /// <param name="file">The model.</param>
    /// <param name="sources">Its matrices.</param>
    /// <param name="deterministic">Whether ggml's products of several rows are avoided, which round otherwise than those of one.</param>
    /// <exception cref="InputException">A tensor cannot be read, or its type cannot be as deterministic as asked for.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public MatrixStore(GgufFile file, IReadOnlyList<MatrixSource> sources, bool deterministic)
    {
        if (deterministic && sources.FirstOrDefault(source => !PackedFormat.CanBeDeterministic(source.Type, source.Inputs)) is { } bad)
        {
            throw new InputException(
                file.Path, bad.Parts[0].Name, "a type whose products do not depend on the rows beside each (--deterministic)", TensorTypes.Name(bad.Type));
        }
        _context = new TensorContext(sources.Count, nodes: 0);
        try
        {
            var own = sources.ToLookup(source => PackedFormat.Of(source.Type, source.Inputs) >= 0);
            _packed = new PackedMatrices([.. own[true]]);
            foreach (var source in own[true])
            {
                using var data = Read(file, source);
                _matrices.Add(source, _packed.Add(source, data));
            }
            Place([.. own[false]], deterministic);
            foreach (var source in own[false]) Fill(file, source);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of all matrices.</summary>
    public long Bytes => _buffers.Values.Sum(buffer => (long)buffer.Bytes) + (_packed?.Bytes ?? 0);

    /// <param name="source">One of those that were given, the same object.</param>
    public Matrix this[MatrixSource source] => _matrices[source];

    public void Dispose()
    {
        _packed?.Dispose();
        foreach (var buffer in _buffers.Values) buffer.Dispose();
        _context.Dispose();
    }

    private void Place(IReadOnlyList<MatrixSource> sources, bool deterministic)
    {
        var device = CpuDevice.Instance;
        var places = new List<(nint Tensor, nint Memory, nuint Bytes)>();
        foreach (var source in sources)
        {
            var tensor = _context.Matrix((int)source.Type, source.Inputs, source.Outputs);
            var memory = deterministic ? device.Memory : device.BestMemory(tensor, source.Inputs);
            places.Add((tensor, memory, DeviceBuffer.SizeOf(memory, tensor)));
            _matrices.Add(source, new Matrix(tensor, null, source.Outputs));
        }
        foreach (var group in places.GroupBy(place => place.Memory))
            _buffers.Add(group.Key, new DeviceBuffer(group.Key, (nuint)group.Sum(place => (long)place.Bytes)));
        foreach (var (tensor, memory, bytes) in places) _buffers[memory].Place(tensor, bytes);
    }

    private void Fill(GgufFile file, MatrixSource source)
    {
        using var data = Read(file, source);
        GgmlMethods.SetTensor(_matrices[source].Tensor, data.Start, 0, (nuint)source.Bytes);
    }

    /// <summary>All parts, one after the other.</summary>
    private static NativeBlock Read(GgufFile file, MatrixSource source)
    {
        var data = new NativeBlock(source.Bytes);
        try
        {
            long offset = 0;
            foreach (var part in source.Parts)
            {
                data.Fill(file, part, offset);
                offset += part.Bytes;
            }
            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }
}
