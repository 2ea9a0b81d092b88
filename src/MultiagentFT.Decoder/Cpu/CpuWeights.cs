using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>The base model in memory: one copy that every context shares.</summary>
internal sealed unsafe class CpuWeights : SharedResource
{
    private readonly Constants _constants;
    private readonly MatrixStore? _store;
    private readonly NativeBlock? _embedding;
    private readonly BlockMatrices[] _matrices;
    private readonly Matrix[][] _heads;
    private readonly Matrix[][] _gateUps;
    private readonly MatrixSource _output;
    private readonly DecoderBlock[] _blocks;
    private readonly RotaryTable _rotary;
    private readonly float* _outputNorm;
    private readonly TensorType _embeddingType;
    private readonly AdapterType _adapterType;

    /// <exception cref="InputException">The model is not one that this decoder computes.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public CpuWeights(ModelFile model, CpuRuntimeOptions options)
    {
        var file = model.File;
        Shape = ModelSupport.Require(model);
        _adapterType = options.AdapterType;
        _matrices = [.. Enumerable.Range(0, Shape.Blocks).Select(index => BlockMatrices.Of(file, index))];
        var embedding = file.RequireTensor("token_embd.weight");
        _output = new MatrixSource(file.TryGetTensor("output.weight", out var output) ? output : embedding);
        _rotary = new RotaryTable(model);
        _constants = new Constants(file);
        try
        {
            // What may be refused comes before what takes time and memory.
            _outputNorm = _constants.Vector("output_norm.weight");
            _blocks = [.. Enumerable.Range(0, Shape.Blocks).Select(Block)];
            _store = new MatrixStore(file, [.. _matrices.SelectMany(block => block.All), _output], options.Deterministic);
            _heads = [.. _matrices.Select(block => block.Heads.Select(source => Store[source]).ToArray())];
            _gateUps = [.. _matrices.Select(block => block.GateUp.Select(source => Store[source]).ToArray())];
            Matrix[] all = [.. _matrices.SelectMany(block => block.All).Append(_output).Select(source => Store[source])];
            TakesCells = Array.Exists(all, matrix => matrix.TakesCells);
            IsPacked = Array.TrueForAll(all, matrix => matrix.IsPacked);
            _embeddingType = embedding.Type;
            _embedding = new NativeBlock(embedding.Bytes);
            _embedding.Fill(file, embedding, 0);
        }
        catch
        {
            Free();
            throw;
        }
    }

    public ModelShape Shape { get; }

    /// <summary>Bytes of all weights in memory.</summary>
    public long Bytes => Store.Bytes + _embedding!.Bytes;

    public Matrix Output => Store[_output];

    public Matrix[] Heads(int block) => _heads[block];

    public Matrix AttentionOutput(int block) => Store[_matrices[block].Output];

    public Matrix[] GateUp(int block) => _gateUps[block];

    public Matrix Down(int block) => Store[_matrices[block].Down];

    /// <summary>Whether this project's kernels multiply all matrices, and ggml none.</summary>
    public bool IsPacked { get; }

    /// <summary>Whether some matrix takes rows in 8 bits.</summary>
    public bool TakesCells { get; }

    /// <summary>
    /// Whether factors of a target are kept in 8 bits: its weights are quantized too, and its rows are there in 8 bits anyway.
    /// </summary>
    public bool TakesByteFactors(int block, AdapterTarget target)
    {
        var heads = _heads[block];
        var gateUp = _gateUps[block];
        var matrix = target switch
        {
            <= AdapterTarget.Values => heads.Length == 1 ? heads[0] : heads[target - AdapterTarget.Queries],
            AdapterTarget.Output => AttentionOutput(block),
            <= AdapterTarget.Up => gateUp.Length == 1 ? gateUp[0] : gateUp[target - AdapterTarget.Gate],
            _ => Down(block),
        };
        return _adapterType == AdapterType.Q8 && matrix.TakesCells;
    }

    /// <summary>Whether all factors are kept in 8 bits.</summary>
    public bool HasByteFactors =>
        Enumerable.Range(0, Shape.Blocks).All(block => Enum.GetValues<AdapterTarget>().All(target => TakesByteFactors(block, target)));

    /// <summary>A block's norms and biases, without memory for keys and values.</summary>
    public DecoderBlock NativeBlock(int block) => _blocks[block];

    /// <summary>Sizes and tables, without the rotations, which depend on the context's length.</summary>
    public DecoderModel NativeModel()
    {
        var traits = GgmlMethods.TypeTraits((int)_embeddingType);
        return new DecoderModel
        {
            Embedding = Shape.Embedding,
            Heads = Shape.Heads,
            KeyValueHeads = Shape.KeyValueHeads,
            HeadLength = Shape.HeadLength,
            FeedForward = Shape.FeedForward,
            RopeDimensions = Shape.RopeDimensions,
            RopeHalves = Shape.RotatesHalves ? 1 : 0,
            Epsilon = Shape.RmsEpsilon,
            ScoreScale = 1 / MathF.Sqrt(Shape.HeadLength),
            TokenEmbedding = _embedding!.Start,
            TokenBytes = TensorTypes.RowBytes(_embeddingType, Shape.Embedding),
            ToFloat = _embeddingType == TensorType.F32
                ? (delegate* unmanaged[Cdecl]<void*, float*, long, void>)DecoderLibrary.Instance.CopyFloats
                : traits->ToFloat,
            OutputNorm = _outputNorm,
        };
    }

    /// <inheritdoc cref="RotaryTable.Fill"/>
    public void FillRotations(Span<float> table, int positions, int contextLength) => _rotary.Fill(table, positions, contextLength);

    private MatrixStore Store => _store!;

    protected override void Free()
    {
        _store?.Dispose();
        _constants.Dispose();
        _embedding?.Dispose();
    }

    private DecoderBlock Block(int index)
    {
        var prefix = $"blk.{index}.";
        return new DecoderBlock
        {
            Index = index,
            AttentionNorm = _constants.Vector(prefix + "attn_norm.weight"),
            FeedForwardNorm = _constants.Vector(prefix + "ffn_norm.weight"),
            QueryNorm = _constants.Vector(prefix + "attn_q_norm.weight"),
            KeyNorm = _constants.Vector(prefix + "attn_k_norm.weight"),
            Bias = _constants.Biases((prefix + "attn_q.bias", Shape.Queries), (prefix + "attn_k.bias", Shape.Keys), (prefix + "attn_v.bias", Shape.Keys)),
            OutputBias = _constants.Vector(prefix + "attn_output.bias"),
        };
    }
}
