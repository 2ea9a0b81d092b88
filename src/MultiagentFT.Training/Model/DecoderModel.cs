using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// A Llama-style decoder over <see cref="DecoderWeights"/>: the training twin of the model that llama.cpp serves from
/// the same file. Sequences are padded on the right: causal attention keeps padding from reaching earlier tokens.
/// </summary>
public sealed class DecoderModel : IDisposable
{
    /// <summary>Most bytes of float32 logits that are made at a time.</summary>
    public const long DefaultLogitBytes = 64L << 20;

    private readonly DecoderWeights _weights;
    private readonly Rope _rope;
    private readonly bool _bfloat16;
    private readonly UnpackedBlock? _unpacked;
    private readonly OutputLayer _output;
    private readonly bool _fuses;

    /// <summary>Null where the base itself is trained.</summary>
    private readonly CheckpointTape? _tape;

    /// <param name="weights">Not owned.</param>
    /// <param name="maxLength">Longest sequence.</param>
    /// <param name="bfloat16">Whether matrix products run in bfloat16.</param>
    /// <param name="recomputes">
    /// Whether blocks are computed again in backward instead of keeping what autograd needs (<see cref="CheckpointTape"/>); stored weights ask for it.
    /// </param>
    /// <param name="keptBlocks">How many of the last blocks are not, where blocks are. Range [0, blocks]; 0 with stored weights on a GPU.</param>
    /// <param name="logitBytes">More logits than this are made in parts.</param>
    /// <param name="fuses">Whether blocks whose base is not trained are computed by hand-written gradients where these know them (<see cref="FusedBlock"/>), else by autograd.</param>
    public DecoderModel(
        DecoderWeights weights, int maxLength, bool bfloat16, bool recomputes = false, int keptBlocks = 0, long logitBytes = DefaultLogitBytes, bool fuses = true)
    {
        _weights = weights;
        _bfloat16 = bfloat16;
        var device = weights.Device;
        _rope = new Rope(weights.Shape, maxLength, weights.Frequencies, device);
        _unpacked = weights.AreStored ? new UnpackedBlock(weights, bfloat16, device) : null;
        _output = new OutputLayer(weights, bfloat16, device, logitBytes);
        Blocks = [.. Enumerable.Range(0, weights.Shape.Blocks).Select(index => new DecoderBlock(weights, index, _rope, bfloat16, _unpacked))];
        _fuses = fuses;
        if (!weights.Tensors.Values.Any(tensor => tensor.requires_grad))
            _tape = new CheckpointTape(Blocks, recomputes || weights.AreStored ? keptBlocks : Blocks.Count, fuses);
    }

    public ModelShape Shape => _weights.Shape;

    public IReadOnlyList<DecoderBlock> Blocks { get; }

    /// <summary>Adapters of the reference policy by linear layer; layers without one are the base's.</summary>
    public IReadOnlyDictionary<Linear, (Tensor A, Tensor B, float Scale, double Dropout)> Reference { get; set; } =
        new Dictionary<Linear, (Tensor A, Tensor B, float Scale, double Dropout)>();

    /// <summary>Until the result is disposed, the model is the reference policy.</summary>
    public IDisposable UseReference() => new AdapterSwap(Blocks.SelectMany(block => block.Linears.Values), Reference);

    /// <param name="tokens">[batch, length] int64.</param>
    /// <returns>
    /// Normed hidden states [batch, length, embedding]. After autograd's backward over them, <see cref="Backward"/> has to be called.
    /// </returns>
    public Tensor Hidden(Tensor tokens)
    {
        var x = Embed(tokens);
        if (!is_grad_enabled()) foreach (var block in Blocks) x = block.Compute(x, _fuses);
        else if (_tape is not null) x = _tape.Forward(x);
        else foreach (var block in Blocks) x = block.Forward(x);
        return DecoderBlock.RmsNorm(x, _weights["output_norm.weight"], _weights.Shape.RmsEpsilon);
    }

    /// <summary>Carries gradients on through blocks that autograd does not know of; without such blocks it does nothing.</summary>
    public void Backward() => _tape?.Backward();

    /// <summary>Drops what <see cref="Hidden"/> keeps for <see cref="Backward"/>.</summary>
    public void Forget() => _tape?.Clear();

    /// <param name="hidden">[rows, embedding].</param>
    /// <returns>[rows, vocabulary] float32.</returns>
    public Tensor Logits(Tensor hidden) => _output.Logits(hidden);

    /// <summary>Mean cross-entropy in nats over the positions that count.</summary>
    /// <inheritdoc cref="LogProbabilities"/>
    public Tensor Loss(Tensor tokens, Tensor positions, Tensor targets)
    {
        var hidden = Hidden(tokens).flatten(0, 1).index_select(0, positions);
        return _output.IsPlain(positions.shape[0])
            ? nn.functional.cross_entropy(Logits(hidden), targets)
            : -_output.LogProbabilities(hidden, targets).mean();
    }

    /// <summary>What the model says of the tokens that count.</summary>
    /// <param name="tokens">[batch, length] int64.</param>
    /// <param name="positions">[targets] int64: flat indices batch · length + position whose next token counts.</param>
    /// <param name="targets">[targets] int64: those next tokens.</param>
    /// <returns>Logarithms of probabilities [targets], in nats.</returns>
    public Tensor LogProbabilities(Tensor tokens, Tensor positions, Tensor targets) =>
        _output.LogProbabilities(Hidden(tokens).flatten(0, 1).index_select(0, positions), targets);

    public void Dispose()
    {
        _rope.Dispose();
        _unpacked?.Dispose();
        _output.Dispose();
    }

    /// <returns>[batch, length, embedding] float32.</returns>
    private Tensor Embed(Tensor tokens)
    {
        const string Name = "token_embd.weight";
        var flat = tokens.flatten();
        using var scope = NewDisposeScope();
        Tensor rows;
        if (_weights.Find(Name) is { } matrix) rows = matrix.index_select(0, flat);
        else
        {
            rows = empty([flat.shape[0], Shape.Embedding], dtype: _bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
            _weights.Stored[Name].Gather(flat.cpu().data<long>().ToArray(), rows, get_num_threads());
            rows = rows.to(tokens.device);
        }
        return rows.unflatten(0, [tokens.shape[0], tokens.shape[1]]).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
