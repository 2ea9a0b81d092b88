using MultiagentFT.Native.Ggml;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>Linear layers of a step: the base multiplied for all rows at once, then each row's own adapter.</summary>
internal sealed class LinearNodes(GraphBuilder graph, GgmlWeights weights, bool hasAdapters)
{
    /// <summary>y = W x + b + B[id] (A[id] x), the bias and the adapters where there are any.</summary>
    /// <param name="name">The layer's name in the file, without <c>.weight</c>.</param>
    /// <param name="matrix">[inputs, outputs].</param>
    /// <param name="x">[inputs, rows].</param>
    /// <param name="inputs">Row length of the matrix.</param>
    /// <param name="outputs">Rows of the matrix.</param>
    /// <param name="rows">Of x.</param>
    /// <param name="ids">[1, rows]; 0 without adapters.</param>
    /// <returns>[outputs, rows].</returns>
    public nint Multiply(string name, nint matrix, nint x, int inputs, int outputs, int rows, nint ids)
    {
        var y = graph.Multiply(matrix, x);
        if (weights.Find(name + ".bias") is not 0 and var bias) y = graph.Add(y, bias);
        if (!hasAdapters || weights.Adapters.Find(name + ".weight") is not { } stack) return y;
        var inner = graph.MultiplyChosen(stack.A, graph.Reshape(x, inputs, 1, rows), ids);
        var change = graph.MultiplyChosen(stack.B, inner, ids);
        return graph.Add(y, graph.Reshape(change, outputs, rows));
    }
}
