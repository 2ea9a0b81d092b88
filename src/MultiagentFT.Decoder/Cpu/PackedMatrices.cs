using MultiagentFT.Decoder.Shared;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Matrices in the panels that this project's kernels multiply (native/decoder/pack.cpp), one after another.</summary>
internal sealed unsafe class PackedMatrices : IDisposable
{
    private const int PanelOutputs = 16;
    private readonly NativeBlock _panels;
    private readonly NativeList<DecoderMatrix> _matrices;
    private long _used;

    /// <param name="sources">All that will be added.</param>
    /// <exception cref="OutOfMemoryException">The system has not as much.</exception>
    public PackedMatrices(IReadOnlyCollection<MatrixSource> sources)
    {
        _panels = new NativeBlock(sources.Sum(BytesOf));
        DecoderMethods.PreferLargePages(_panels.Start, _panels.Bytes);
        _matrices = new NativeList<DecoderMatrix>(sources.Count);
    }

    public long Bytes => _panels.Bytes;

    /// <param name="source">One of those that there is room for.</param>
    /// <param name="rows">The matrix as the file has it.</param>
    public Matrix Add(MatrixSource source, NativeBlock rows)
    {
        var (format, inputs, outputs) = (PackedFormat.Of(source.Type, source.Inputs), source.Inputs, source.Outputs);
        if (_used + BytesOf(source) > Bytes) throw new InvalidOperationException($"no room for {source.Parts[0].Name} among the packed matrices");
        var start = _panels.Start + _used;
        _used += BytesOf(source);
        var count = PanelsOf(source);
        var parts = Math.Min(count, Environment.ProcessorCount);
        Parallel.For(0, parts, part => DecoderMethods.Pack(
            format, inputs, outputs, (int)((long)count * part / parts), (int)((long)count * (part + 1) / parts), rows.Start, start));
        return new Matrix(0, _matrices.Add(new DecoderMatrix { Format = format, Inputs = inputs, Outputs = outputs, Panels = start }), outputs);
    }

    public void Dispose()
    {
        _panels.Dispose();
        _matrices.Dispose();
    }

    private static int PanelsOf(MatrixSource source) => (source.Outputs + PanelOutputs - 1) / PanelOutputs;

    private static long BytesOf(MatrixSource source) =>
        DecoderMethods.PanelBytes(PackedFormat.Of(source.Type, source.Inputs), source.Inputs) * PanelsOf(source);
}
