using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// Linear layers of one input, forward and back, with one product for the low-rank halves of all of them. The gradients of pairs are added to those that they
/// have; the base has none. <see cref="Linear.Forward"/> with autograd is the slow twin, dropout is its alone.
/// </summary>
/// <param name="layers">In the order of their outputs.</param>
/// <param name="type">Of the products.</param>
internal sealed class FusedLinears(IReadOnlyList<Linear> layers, ScalarType type)
{
    /// <summary>What the way back needs.</summary>
    /// <param name="Input">[rows, inputs] in the type of the products.</param>
    /// <param name="Low">Input · Aᵀ of all pairs beside each other [rows, sum of ranks]; null where there is no pair.</param>
    /// <param name="A">Of all pairs [sum of ranks, inputs], in the type of the products.</param>
    /// <param name="B">Of each layer scale · B [outputs, rank], in that type; null for a layer without.</param>
    internal sealed record Trace(Tensor Input, Tensor? Low, Tensor? A, IReadOnlyList<Tensor?> B) : IDisposable
    {
        public IEnumerable<Tensor> Tensors => ((Tensor?[])[Input, Low, A, .. B]).OfType<Tensor>();

        public void Dispose()
        {
            foreach (var tensor in Tensors) tensor.Dispose();
        }
    }

    /// <summary>Of each layer.</summary>
    public IEnumerable<long> Outputs => layers.Select(layer => layer.Weight.shape[0]);

    /// <param name="input">[rows, inputs] in the type of the products; owned by the trace.</param>
    /// <returns>[rows, outputs] of each layer, without its bias.</returns>
    public (Tensor[] Outputs, Trace Trace) Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var outputs = layers.Select(layer => input.mm(layer.Cast(layer.Weight).t()).MoveToOuterDisposeScope()).ToArray();
        var pairs = layers.Where(layer => layer.Adapter is not null).Select(layer => layer.Adapter!.Value).ToArray();
        if (pairs.Length == 0) return (outputs, new Trace(input, null, null, new Tensor?[layers.Count]));
        var a = (pairs.Length == 1 ? pairs[0].A : cat([.. pairs.Select(pair => pair.A)])).to(type);
        // The same tensor where nothing changes its type, which is not ours to dispose.
        if (ReferenceEquals(a, pairs[0].A)) a = a.alias();
        var low = input.mm(a.t());
        var b = new Tensor?[layers.Count];
        var first = 0L;
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i].Adapter is not { } pair) continue;
            var scaled = b[i] = (pair.B * pair.Scale).to(type).MoveToOuterDisposeScope();
            outputs[i].addmm_(low.narrow(1, first, pair.A.shape[0]), scaled.t(), 1, 1);
            first += pair.A.shape[0];
        }
        return (outputs, new Trace(input, low.MoveToOuterDisposeScope(), a.MoveToOuterDisposeScope(), b));
    }

    /// <param name="gradients">Of each layer's outputs [rows, outputs], in the type of the products.</param>
    /// <param name="trace">Of the way forward.</param>
    /// <param name="toInput">Whether the gradient of the input is asked for.</param>
    /// <returns>That of the input [rows, inputs] in the type of the products.</returns>
    public Tensor? Backward(IReadOnlyList<Tensor> gradients, Trace trace, bool toInput)
    {
        using var scope = NewDisposeScope();
        Tensor? back = null;
        var lows = new List<Tensor>();
        var first = 0L;
        for (var i = 0; i < layers.Count; i++)
        {
            if (toInput)
            {
                var weight = layers[i].Cast(layers[i].Weight);
                back = back is null ? gradients[i].mm(weight) : back.addmm_(gradients[i], weight, 1, 1);
            }
            if (layers[i].Adapter is not { } pair) continue;
            var rank = pair.A.shape[0];
            lows.Add(gradients[i].mm(trace.B[i]!));
            Add(pair.B, gradients[i].t().mm(trace.Low!.narrow(1, first, rank)), pair.Scale);
            first += rank;
        }
        if (lows.Count > 0)
        {
            var low = lows.Count == 1 ? lows[0] : cat(lows, 1);
            var slope = low.t().mm(trace.Input);
            first = 0;
            foreach (var layer in layers)
            {
                if (layer.Adapter is not { } pair) continue;
                Add(pair.A, slope.narrow(0, first, pair.A.shape[0]), 1);
                first += pair.A.shape[0];
            }
            back?.addmm_(low, trace.A!, 1, 1);
        }
        return back?.MoveToOuterDisposeScope();
    }

    private static void Add(Tensor parameter, Tensor gradient, float scale)
    {
        if (!parameter.requires_grad) return;
        if (parameter.grad is { } sum) sum.add_(gradient, alpha: scale);
        else parameter.grad = (gradient.to(parameter.dtype) * scale).DetachFromDisposeScope();
    }
}
