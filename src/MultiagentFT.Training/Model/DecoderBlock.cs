using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>One block: normed attention and normed SwiGLU, each added to the residual stream.</summary>
public sealed class DecoderBlock
{
    private readonly ModelShape _shape;
    private readonly Rope _rope;
    private readonly bool _bfloat16;
    private readonly Tensor _attentionNorm;
    private readonly Tensor _feedForwardNorm;
    private readonly Tensor? _queryNorm;
    private readonly Tensor? _keyNorm;
    private readonly Linear _output, _down;

    /// <summary>Queries, keys and values: one layer each, or one for all.</summary>
    private readonly Linear[] _attention;

    /// <summary>Gate and up: the same.</summary>
    private readonly Linear[] _feedForward;

    private readonly int _index;
    private readonly UnpackedBlock? _unpacked;

    /// <param name="weights">Not owned.</param>
    /// <param name="index">From 0.</param>
    /// <param name="rope">Not owned.</param>
    /// <param name="bfloat16">Whether products run in bfloat16.</param>
    /// <param name="unpacked">Where the matrices of this block are put before it is computed, if they are stored.</param>
    internal DecoderBlock(DecoderWeights weights, int index, Rope rope, bool bfloat16, UnpackedBlock? unpacked)
    {
        (_index, _unpacked) = (index, unpacked);
        _shape = weights.Shape;
        _rope = rope;
        _bfloat16 = bfloat16;
        var prefix = $"blk.{index}.";
        Linears = _shape.Matrices.ToDictionary(
            linear => linear.Name,
            linear => new Linear(unpacked?[linear.Name] ?? weights[prefix + linear.Name + ".weight"], weights.Find(prefix + linear.Name + ".bias"), bfloat16));
        (_attention, _output) = (Layers("q", "k", "v"), Layers("o")[0]);
        (_feedForward, _down) = (Layers("gate", "up"), Layers("down")[0]);
        _attentionNorm = weights[prefix + "attn_norm.weight"];
        _feedForwardNorm = weights[prefix + "ffn_norm.weight"];
        _queryNorm = weights.Find(prefix + "attn_q_norm.weight");
        _keyNorm = weights.Find(prefix + "attn_k_norm.weight");

        if (_queryNorm is null && _keyNorm is null)
            Fused = FusedBlock.TryCreate(_shape, rope, bfloat16, (_attentionNorm, _feedForwardNorm), new BlockLayers(_attention, _output, _feedForward, _down));

        Linear[] Layers(params string[] targets) => [.. _shape.Matrices.Where(layer => layer.Targets.Any(targets.Contains)).Select(layer => Linears[layer.Name])];
    }

    /// <summary>The linear layers by their names in a GGUF block, such as <c>attn_q</c>.</summary>
    public IReadOnlyDictionary<string, Linear> Linears { get; }

    /// <summary>Its faster twin; null where that does not know such a block.</summary>
    internal FusedBlock? Fused { get; }

    /// <summary>Whether computing it draws random numbers.</summary>
    internal bool Draws => Linears.Values.Any(linear => linear.Adapter is { Dropout: > 0 });

    /// <summary>Puts this block's matrices back where its graph has them, if they are stored and others have been there since.</summary>
    internal void Restore() => _unpacked?.Require(_index);

    /// <summary>Whether <see cref="RunFused"/> computes what <see cref="Forward"/> does.</summary>
    internal bool RunsFused(Tensor x) => Fused is { } fused && fused.Runs(x);

    /// <inheritdoc cref="FusedBlock.Forward"/>
    internal (Tensor Y, FusedBlock.Trace? Trace) RunFused(Tensor x, bool keeps)
    {
        Restore();
        return Fused!.Forward(x, keeps);
    }

    /// <summary>Without gradients, by the faster twin if it may be.</summary>
    internal Tensor Compute(Tensor x, bool fuses) => fuses && RunsFused(x) ? RunFused(x, keeps: false).Y : Forward(x);

    /// <param name="x">[batch, length, embedding] float32.</param>
    public Tensor Forward(Tensor x)
    {
        Restore();
        // What autograd needs it keeps itself. Everything else is freed as soon as it has been used, here and below: at its end a block would
        // have as much of that as of what is kept.
        using var scope = NewDisposeScope();
        x = Half(x, _attentionNorm, Attend);
        return Half(x, _feedForwardNorm, FeedForward).MoveToOuterDisposeScope();
    }

    /// <summary>x / rms(x) · weight over the last dimension (arXiv 1910.07467).</summary>
    internal static Tensor RmsNorm(Tensor x, Tensor weight, float epsilon)
    {
        using var scope = NewDisposeScope();
        return (x * (x.square().mean([-1], keepdim: true) + epsilon).rsqrt() * weight).MoveToOuterDisposeScope();
    }

    private Tensor Half(Tensor x, Tensor norm, Func<Tensor, Tensor> body)
    {
        using var scope = NewDisposeScope();
        return (x + body(Normed(x, norm))).MoveToOuterDisposeScope();
    }

    private Tensor Normed(Tensor x, Tensor norm)
    {
        using var scope = NewDisposeScope();
        return Narrow(RmsNorm(x, norm, _shape.RmsEpsilon)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (x.shape[0], x.shape[1]);
        var parts = Parts(_attention, x, _shape.Queries, _shape.Keys, _shape.Keys);
        var value = parts[2].reshape(batch, length, _shape.KeyValueHeads, _shape.HeadLength);
        var mixed = Attention.Causal(
            Turned(parts[0], _shape.Heads, _queryNorm),
            Spread(Turned(parts[1], _shape.KeyValueHeads, _keyNorm)),
            Spread(Narrow(value).transpose(1, 2)));
        return _output.Forward(mixed.transpose(1, 2).reshape(batch, length, _shape.Heads * _shape.HeadLength)).MoveToOuterDisposeScope();
    }

    /// <returns>[batch, heads, length, head length] in the type of the products, normed where the model does so, with positions.</returns>
    private Tensor Turned(Tensor x, int heads, Tensor? norm)
    {
        using var scope = NewDisposeScope();
        var split = x.reshape(x.shape[0], x.shape[1], heads, _shape.HeadLength).to(ScalarType.Float32);
        return Narrow(_rope.Apply(norm is null ? split : RmsNorm(split, norm, _shape.RmsEpsilon))).transpose(1, 2).MoveToOuterDisposeScope();
    }

    private Tensor Narrow(Tensor x) => _bfloat16 ? x.to(ScalarType.BFloat16) : x;

    /// <summary>[batch, key-value heads, length, head] repeated to all heads: TorchSharp's attention has no grouped form.</summary>
    private Tensor Spread(Tensor x)
    {
        var group = _shape.Heads / _shape.KeyValueHeads;
        return group == 1 ? x : x.repeat_interleave(group, 1);
    }

    private Tensor FeedForward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var parts = Parts(_feedForward, x, _shape.FeedForward, _shape.FeedForward);
        return _down.Forward(nn.functional.silu(parts[0]) * parts[1]).MoveToOuterDisposeScope();
    }

    /// <summary>What layers give, of which one may stand for all.</summary>
    private static Tensor[] Parts(Linear[] layers, Tensor x, params long[] widths) =>
        layers is [var joined] ? joined.Forward(x).split(widths, -1) : [.. layers.Select(layer => layer.Forward(x))];
}
