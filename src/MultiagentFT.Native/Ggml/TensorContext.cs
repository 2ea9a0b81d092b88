using System.Runtime.InteropServices;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Ggml;

/// <summary>A ggml_context: descriptions of tensors and a graph, no data. Everything made in it dies with it.</summary>
internal sealed unsafe class TensorContext : SafeHandle
{
    /// <summary>Lets ggml run a custom operation on all of its threads.</summary>
    private const int EveryThread = -1;

    /// <param name="tensors">Most tensors that will be described.</param>
    /// <param name="nodes">Most nodes of the graph; 0 for none.</param>
    /// <exception cref="OutOfMemoryException">ggml got no memory.</exception>
    public TensorContext(int tensors, int nodes)
        : base(0, ownsHandle: true)
    {
        var bytes = ((nuint)tensors * GgmlMethods.TensorOverhead()) + (nodes == 0 ? 0 : GgmlMethods.GraphOverhead((nuint)nodes, 0));
        SetHandle(GgmlMethods.Init(new GgmlInit { Bytes = bytes, WithoutData = 1 }));
        if (IsInvalid) throw new OutOfMemoryException($"ggml got no {bytes} bytes for {tensors} tensors");
        Graph = nodes == 0 ? 0 : GgmlMethods.NewGraph(handle, (nuint)nodes, 0);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The ggml_cgraph, or 0.</summary>
    public nint Graph { get; }

    /// <summary>Describes a matrix.</summary>
    /// <param name="type">A ggml_type.</param>
    /// <param name="rowLength">Whole blocks of the type.</param>
    /// <param name="rows">1 or more.</param>
    public nint Matrix(int type, long rowLength, long rows) => GgmlMethods.NewTensor(handle, type, rowLength, rows);

    /// <summary>Describes rows · weightsᵀ.</summary>
    /// <param name="weights">[inputs, outputs].</param>
    /// <param name="rows">float32 [inputs, rows].</param>
    /// <returns>float32 [outputs, rows].</returns>
    public nint Multiply(nint weights, nint rows) => GgmlMethods.MultiplyMatrix(handle, weights, rows);

    /// <summary>Describes a call of a native function on every thread, after <paramref name="sources"/>.</summary>
    /// <returns>float32 [width, rows].</returns>
    public nint Custom(nint function, void* userData, int width, int rows, params ReadOnlySpan<nint> sources)
    {
        fixed (nint* first = sources)
            return GgmlMethods.Custom(handle, 0, width, rows, 1, 1, first, sources.Length, function, EveryThread, userData);
    }

    protected override bool ReleaseHandle()
    {
        GgmlMethods.Free(handle);
        return true;
    }
}
