using MultiagentFT.Gguf;

namespace MultiagentFT.Native.Tests.Peft;

/// <summary>
/// A decoder in plain loops over weights in the order of Hugging Face's files, whose rotary embedding turns row i of a head with row
/// i + length / 2 in every architecture. Weights by Hugging Face's names, row-major [out, in].
/// </summary>
internal sealed class HuggingFaceForward
{
    private readonly ModelShape _shape;
    private readonly Dictionary<string, float[]> _weights = [];

    public HuggingFaceForward(ModelFile model)
    {
        _shape = model.Shape;
        foreach (var tensor in model.File.Tensors) _weights[tensor.Name] = FloatTensors.Read(model.File, tensor);
        if (model.Architecture != "llama") return;
        // The converter to GGUF reshapes [heads, 2, length / 2] and swaps the last two; this is the way back.
        foreach (var (name, rows) in _weights.Where(pair => pair.Key.EndsWith("attn_q.weight", StringComparison.Ordinal) || pair.Key.EndsWith("attn_k.weight", StringComparison.Ordinal)).ToList())
        {
            var (width, length) = (_shape.Embedding, _shape.HeadLength);
            var back = new float[rows.Length];
            for (var head = 0; head < rows.Length / width / length; head++)
                for (var half = 0; half < 2; half++)
                    for (var i = 0; i < length / 2; i++)
                        for (var k = 0; k < width; k++) back[(((head * length) + (half * length / 2) + i) * width) + k] = rows[(((head * length) + (2 * i) + half) * width) + k];
            _weights[name] = back;
        }
    }

    /// <summary>Adds scale·B·A to a weight.</summary>
    public void Add(string name, float[] a, float[] b, int rank, double scale)
    {
        var weights = _weights[name];
        var inputs = a.Length / rank;
        for (var row = 0; row < b.Length / rank; row++)
            for (var i = 0; i < inputs; i++)
                for (var k = 0; k < rank; k++) weights[(row * inputs) + i] += (float)(scale * b[(row * rank) + k] * a[(k * inputs) + i]);
    }

    /// <summary>Logits of the last position.</summary>
    public double[] Logits(int[] tokens)
    {
        var states = tokens.Select(token => _weights["token_embd.weight"].AsSpan(token * _shape.Embedding, _shape.Embedding).ToArray().Select(value => (double)value).ToArray()).ToArray();
        for (var block = 0; block < _shape.Blocks; block++) Block($"blk.{block}.", states);
        return Product("output.weight", Norm(states[^1], "output_norm.weight"));
    }

    private void Block(string prefix, double[][] states)
    {
        var normed = states.Select(state => Norm(state, prefix + "attn_norm.weight")).ToArray();
        var joined = _weights.ContainsKey(prefix + "attn_qkv.weight") ? normed.Select(state => Product(prefix + "attn_qkv.weight", state)).ToArray() : null;
        double[][] Heads(string name, int from, int count, bool rotates) => [.. normed.Select((state, position) =>
        {
            var all = joined is null ? Biased(prefix + name, Product(prefix + name + ".weight", state)) : joined[position].AsSpan(from, count).ToArray();
            for (var start = 0; start < all.Length; start += _shape.HeadLength)
            {
                var head = all.AsSpan(start, _shape.HeadLength);
                if (_weights.ContainsKey($"{prefix}{name}_norm.weight")) Norm(head.ToArray(), $"{prefix}{name}_norm.weight").CopyTo(head);
                if (rotates) Rotate(head, position);
            }
            return all;
        })];
        var queries = Heads("attn_q", 0, _shape.Queries, true);
        var keys = Heads("attn_k", _shape.Queries, _shape.Keys, true);
        var values = Heads("attn_v", _shape.Queries + _shape.Keys, _shape.Keys, false);
        for (var t = 0; t < states.Length; t++)
        {
            Accumulate(states[t], Product(prefix + "attn_output.weight", Attention(queries[t], keys, values, t)));
            var inner = Norm(states[t], prefix + "ffn_norm.weight");
            var up = Product(prefix + "ffn_up.weight", inner);
            var gate = _weights.ContainsKey(prefix + "ffn_gate.weight") ? Product(prefix + "ffn_gate.weight", inner) : up[.._shape.FeedForward];
            up = up[^_shape.FeedForward..];
            Accumulate(states[t], Product(prefix + "ffn_down.weight", [.. gate.Select((value, i) => value / (1 + Math.Exp(-value)) * up[i])]));
        }
    }

    private double[] Attention(double[] query, double[][] keys, double[][] values, int position)
    {
        var (length, result) = (_shape.HeadLength, new double[query.Length]);
        for (var head = 0; head < _shape.Heads; head++)
        {
            var shared = head / (_shape.Heads / _shape.KeyValueHeads) * length;
            var weights = Enumerable.Range(0, position + 1).Select(t => Math.Exp(Enumerable.Range(0, length).Sum(i => query[(head * length) + i] * keys[t][shared + i]) / Math.Sqrt(length))).ToArray();
            var sum = weights.Sum();
            for (var t = 0; t <= position; t++)
                for (var i = 0; i < length; i++) result[(head * length) + i] += weights[t] / sum * values[t][shared + i];
        }
        return result;
    }

    private void Rotate(Span<double> head, int position)
    {
        var half = head.Length / 2;
        for (var i = 0; i < half; i++)
        {
            var angle = position * Math.Pow(_shape.RopeBase, -2.0 * i / head.Length);
            var (x, y) = (head[i], head[i + half]);
            head[i] = (x * Math.Cos(angle)) - (y * Math.Sin(angle));
            head[i + half] = (y * Math.Cos(angle)) + (x * Math.Sin(angle));
        }
    }

    private double[] Product(string name, double[] input)
    {
        var weights = _weights[name];
        var result = new double[weights.Length / input.Length];
        for (var row = 0; row < result.Length; row++)
            for (var i = 0; i < input.Length; i++) result[row] += weights[(row * input.Length) + i] * input[i];
        return result;
    }

    private double[] Biased(string name, double[] values)
    {
        if (_weights.TryGetValue(name + ".bias", out var bias)) for (var i = 0; i < values.Length; i++) values[i] += bias[i];
        return values;
    }

    private double[] Norm(double[] values, string name)
    {
        var scale = 1 / Math.Sqrt(values.Average(value => value * value) + _shape.RmsEpsilon);
        return [.. values.Select((value, i) => value * scale * _weights[name][i])];
    }

    private static void Accumulate(double[] state, double[] change)
    {
        for (var i = 0; i < state.Length; i++) state[i] += change[i];
    }
}
