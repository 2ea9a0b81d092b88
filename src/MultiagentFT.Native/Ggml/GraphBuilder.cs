using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Ggml;

/// <summary>
/// Describes a graph of ggml's own operations. Shapes are written [fastest, ...]; that they fit together is the caller's to
/// know, as ggml ends the process where they do not.
/// </summary>
/// <param name="tensors">Most tensors that will be described.</param>
internal sealed unsafe class GraphBuilder(int tensors) : IDisposable
{
    /// <summary>GGML_PREC_F32.</summary>
    private const int FullPrecision = 10;

    private readonly TensorContext _context = new(tensors, tensors);

    /// <summary>The ggml_cgraph.</summary>
    public nint Graph => _context.Graph;

    /// <summary>Tensors described so far.</summary>
    public int Count { get; private set; }

    /// <summary>An input, filled before each run. It gets its memory even where nothing depends on it.</summary>
    public nint Input(TensorType type, long length0, long length1 = 1, long length2 = 1, long length3 = 1)
    {
        var tensor = GgmlGraphMethods.NewTensor(Next, (int)type, length0, length1, length2, length3);
        GgmlGraphMethods.SetInput(tensor);
        Expand(tensor);
        return tensor;
    }

    /// <summary>weights [in, out] · rows [in, n] → [out, n].</summary>
    public nint Multiply(nint weights, nint rows) => GgmlMethods.MultiplyMatrix(Next, weights, rows);

    /// <summary><see cref="Multiply"/> with sums in float32 on devices that would take halves.</summary>
    public nint MultiplyPrecisely(nint weights, nint rows)
    {
        var product = Multiply(weights, rows);
        GgmlGraphMethods.SetProductPrecision(product, FullPrecision);
        return product;
    }

    /// <summary>matrices [in, out, m], rows [in, 1, n], ids [1, n] → [out, 1, n]: each row with the matrix of its id.</summary>
    public nint MultiplyChosen(nint matrices, nint rows, nint ids) => GgmlGraphMethods.MultiplyChosen(Next, matrices, rows, ids);

    /// <summary>A sum; the second operand repeats over the first.</summary>
    public nint Add(nint left, nint right) => GgmlGraphMethods.Add(Next, left, right);

    /// <summary>x / sqrt(mean(x²) + ε) · weights, over the first dimension.</summary>
    public nint Norm(nint x, nint weights, float epsilon)
    {
        var normed = GgmlGraphMethods.RmsNorm(Next, x, epsilon);
        return GgmlGraphMethods.Scale(Next, normed, weights);
    }

    /// <summary>matrix [width, m], indices [n] → float32 [width, n].</summary>
    public nint GetRows(nint matrix, nint indices) => GgmlGraphMethods.GetRows(Next, matrix, indices);

    /// <summary>Writes rows [width, n] at indices [n] (int64) of matrix [width, m].</summary>
    /// <returns>The matrix after that.</returns>
    public nint SetRows(nint matrix, nint rows, nint indices) => GgmlGraphMethods.SetRows(Next, matrix, rows, indices);

    /// <summary>Rotary embedding of x [head length, heads, n] at positions [n]; factors [dimensions / 2] or 0.</summary>
    public nint Rotate(nint x, nint positions, nint factors, int dimensions, bool halves, float frequencyBase, float frequencyScale, float magnitude)
    {
        const int neox = 2;
        return GgmlGraphMethods.Rotate(
            Next, x, positions, factors, dimensions, halves ? neox : 0, 0, frequencyBase, frequencyScale, extrapolation: 0,
            attentionFactor: magnitude, betaFast: 32, betaSlow: 1);
    }

    /// <summary>q [d, n, heads, s], k and v [d, m, kv heads, s], mask float16 [m, n, 1, s] → [d, heads, n, s].</summary>
    public nint FlashAttention(nint queries, nint keys, nint values, nint mask, float scale)
    {
        var attention = GgmlGraphMethods.FlashAttention(Next, queries, keys, values, mask, scale, 0, 0);
        GgmlGraphMethods.SetAttentionPrecision(attention, FullPrecision);
        return attention;
    }

    /// <summary>softmax(scale · scores [m, n, heads, s] + mask [m, n, 1, s]) over the first dimension.</summary>
    public nint SoftMax(nint scores, nint mask, float scale) => GgmlGraphMethods.SoftMax(Next, scores, mask, scale, 0);

    /// <summary>silu(first half) · second half of [2 width, n].</summary>
    public nint SwiGlu(nint gateUp) => GgmlGraphMethods.SwiGlu(Next, gateUp);

    /// <summary>silu(gate) · up.</summary>
    public nint SwiGlu(nint gate, nint up) => GgmlGraphMethods.SwiGlu(Next, gate, up);

    /// <summary>[width, n] and [width, m] → [width, n + m].</summary>
    public nint Append(nint rows, nint more) => GgmlGraphMethods.Concatenate(Next, rows, more, 1);

    public nint Reshape(nint tensor, long length0, long length1) => GgmlGraphMethods.Reshape(Next, tensor, length0, length1);

    public nint Reshape(nint tensor, long length0, long length1, long length2) =>
        GgmlGraphMethods.Reshape(Next, tensor, length0, length1, length2);

    /// <summary>A part of a tensor; strides and offset in bytes.</summary>
    public nint View(nint tensor, (long Length0, long Length1) lengths, long stride1, long offset) =>
        GgmlGraphMethods.View(Next, tensor, lengths.Length0, lengths.Length1, (nuint)stride1, (nuint)offset);

    /// <inheritdoc cref="View(nint, ValueTuple{long, long}, long, long)"/>
    public nint View(nint tensor, (long Length0, long Length1, long Length2) lengths, (long Stride1, long Stride2) strides, long offset) =>
        GgmlGraphMethods.View(
            Next, tensor, lengths.Length0, lengths.Length1, lengths.Length2, (nuint)strides.Stride1, (nuint)strides.Stride2, (nuint)offset);

    /// <inheritdoc cref="View(nint, ValueTuple{long, long}, long, long)"/>
    public nint View(
        nint tensor,
        (long Length0, long Length1, long Length2, long Length3) lengths,
        (long Stride1, long Stride2, long Stride3) strides,
        long offset) =>
        GgmlGraphMethods.View(
            Next, tensor, lengths.Length0, lengths.Length1, lengths.Length2, lengths.Length3,
            (nuint)strides.Stride1, (nuint)strides.Stride2, (nuint)strides.Stride3, (nuint)offset);

    /// <summary>Dimension i becomes dimension axes[i], in a tensor of its own.</summary>
    public nint Permuted(nint tensor, int axis0, int axis1, int axis2, int axis3)
    {
        var permuted = GgmlGraphMethods.Permute(Next, tensor, axis0, axis1, axis2, axis3);
        return GgmlGraphMethods.Contiguous(Next, permuted);
    }

    /// <summary>Makes a tensor and what it depends on part of the graph.</summary>
    public void Expand(nint tensor) => GgmlMethods.Expand(Graph, tensor);

    /// <summary>Makes a tensor part of the graph whose values can be read after a run.</summary>
    public void Output(nint tensor)
    {
        GgmlGraphMethods.SetOutput(tensor);
        Expand(tensor);
    }

    public void Dispose() => _context.Dispose();

    /// <summary>The context, once it is sure to have room for one more tensor.</summary>
    private nint Next
    {
        get
        {
            if (Count == tensors) throw new InvalidOperationException($"the graph was announced with {tensors} tensors");
            Count++;
            return _context.DangerousGetHandle();
        }
    }
}
