using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// A Llama-style decoder over <see cref="DecoderWeights"/>: the training twin of the model that llama.cpp serves from
/// the same file. Sequences are padded on the right: causal attention keeps padding from reaching earlier tokens.
/// </summary>
public sealed class DecoderModel : IDisposable
{
    private readonly DecoderWeights _weights;
    private readonly bool _bfloat16;
    private readonly Rope _rope;

    /// <param name="weights">Not owned.</param>
    /// <param name="maxLength">Longest sequence.</param>
    /// <param name="bfloat16">Whether matrix products run in bfloat16.</param>
    public DecoderModel(DecoderWeights weights, int maxLength, bool bfloat16)
    {
        _weights = weights;
        _bfloat16 = bfloat16;
        _rope = new Rope(weights.Shape, maxLength, weights.RopeFactors, weights["token_embd.weight"].device);
        Blocks = [.. Enumerable.Range(0, weights.Shape.Blocks).Select(index => new DecoderBlock(weights, index, _rope, bfloat16))];
    }

    public ModelShape Shape => _weights.Shape;

    public IReadOnlyList<DecoderBlock> Blocks { get; }

    /// <param name="tokens">[batch, length] int64.</param>
    /// <returns>Normed hidden states [batch, length, embedding].</returns>
    public Tensor Hidden(Tensor tokens)
    {
        var x = _weights["token_embd.weight"].index_select(0, tokens.flatten())
            .unflatten(0, [tokens.shape[0], tokens.shape[1]])
            .to(ScalarType.Float32);
        foreach (var block in Blocks) x = block.Forward(x);
        return DecoderBlock.RmsNorm(x, _weights["output_norm.weight"], _weights.Shape.RmsEpsilon);
    }

    /// <param name="hidden">[rows, embedding].</param>
    /// <returns>[rows, vocabulary] float32.</returns>
    public Tensor Logits(Tensor hidden)
    {
        var output = _weights.Find("output.weight") ?? _weights["token_embd.weight"];
        return new Linear(output, null, _bfloat16).Forward(hidden).to(ScalarType.Float32);
    }

    /// <summary>Mean cross-entropy in nats over the positions that count.</summary>
    /// <param name="tokens">[batch, length] int64.</param>
    /// <param name="positions">[targets] int64: flat indices batch · length + position whose next token counts.</param>
    /// <param name="targets">[targets] int64: those next tokens.</param>
    public Tensor Loss(Tensor tokens, Tensor positions, Tensor targets)
    {
        var hidden = Hidden(tokens).flatten(0, 1).index_select(0, positions);
        return nn.functional.cross_entropy(Logits(hidden), targets);
    }

    public void Dispose() => _rope.Dispose();
}
