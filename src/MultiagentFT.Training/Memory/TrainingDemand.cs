using MultiagentFT.Contracts.Training;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;

namespace MultiagentFT.Training.Memory;

/// <summary>What a training of one adapter takes of memory, from the sizes of its model and its options.</summary>
public sealed class TrainingDemand
{
    /// <summary>
    /// .NET, libtorch's code and threads, and the tokenizer, measured as 190 to 230 MiB; and code that oneDNN compiles for the shapes of products, measured as 10 MiB for rows of
    /// one length and 80 for those of many.
    /// </summary>
    private const long ProcessBytes = 304L << 20;

    /// <summary>What tensors take of their pool for each byte of them, with the holes between them; measured as 1.01 to 1.09.</summary>
    private const double PoolShare = 1.05;

    private readonly ModelShape _shape;
    private readonly TrainingOptions _options;
    private readonly long _matrixElements;
    private readonly long _matrixBytes;
    private readonly long _vectorElements;

    /// <summary>Bytes of an element in products.</summary>
    private readonly int _width;

    public TrainingDemand(ModelFile model, TrainingOptions options)
    {
        (_shape, _options, _width) = (model.Shape, options, options.BFloat16 ? sizeof(ushort) : sizeof(float));
        foreach (var tensor in model.File.Tensors)
        {
            if (tensor.Shape.Count == 2) (_matrixElements, _matrixBytes) = (_matrixElements + tensor.Elements, _matrixBytes + tensor.Bytes);
            else _vectorElements += tensor.Elements;
        }
    }

    /// <summary>Bytes of all matrices, dequantized.</summary>
    public long Dequantized => _matrixElements * _width;

    /// <param name="keep">Not auto.</param>
    /// <param name="tokens">Tokens at a time, at least those of a longest sequence.</param>
    /// <param name="length">Tokens of the longest sequence.</param>
    /// <param name="keptBlocks">Last blocks that keep what their gradients need where others are computed again. Range [0, blocks].</param>
    public TrainingPlan Plan(Kept keep, int tokens, int length, int keptBlocks = 0)
    {
        var stores = keep == Kept.Nothing;
        var kept = keep == Kept.Activations ? _shape.Blocks : keptBlocks;
        // What is there while the output layer is at work, and while the last block is on its way back.
        var before = (kept * PerToken(length)) + (keep == Kept.Activations ? 0 : (_shape.Blocks - kept + 1L) * _shape.Embedding * sizeof(float));
        var during = before + (kept > 0 ? 2L * _shape.Embedding * sizeof(float) : PerToken(length)) + Working(length);
        var working = Math.Max(OutputBytes(tokens, stores), (tokens * (during - before)) + MaskBytes(length));
        return new TrainingPlan(keep, tokens, length)
        {
            Blocks = _shape.Blocks,
            KeptBlocks = kept,
            Weights = Pooled((_vectorElements * sizeof(float)) + (stores ? (BlockElements * _width) + TileBytes + (IsOnDevice ? _matrixBytes : 0) : Dequantized)),
            FilePages = stores && !IsOnDevice ? _matrixBytes : 0,
            Adapter = Pooled(AdapterBytes),
            Activations = Pooled(tokens * before),
            Working = Pooled(working),
            Process = ProcessBytes,
        };
    }

    /// <summary>The plan with the most tokens at a time that fit, and of those as many kept blocks as fit; null where not even one sequence does.</summary>
    public TrainingPlan? Fit(Kept keep, long budget, int least, int most, int length)
    {
        if (Plan(keep, least, length).Total > budget) return null;
        var tokens = Largest(least, Math.Max(least, most), size => Plan(keep, size, length).Total <= budget);
        var kept = MayKeep(keep) ? Largest(0, _shape.Blocks, count => Plan(keep, tokens, length, count).Total <= budget) : 0;
        return Plan(keep, tokens, length, kept);
    }

    /// <summary>A GPU has the file's bits of matrices that are stored, and dequantizes them itself.</summary>
    private bool IsOnDevice => _options.Device != "cpu";

    /// <summary>Matrices that a GPU gets one block at a time cannot be put back under a graph that has been made.</summary>
    private bool MayKeep(Kept keep) => keep == Kept.Weights || (keep == Kept.Nothing && !IsOnDevice);

    /// <param name="low">Fits.</param>
    /// <param name="high">The most.</param>
    /// <param name="fits">Of what fits, all that is smaller fits, too.</param>
    private static int Largest(int low, int high, Predicate<int> fits)
    {
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (fits(middle)) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private long BlockElements => _shape.Matrices.Sum(layer => (long)layer.Inputs * layer.Outputs);

    private long AdapterBytes
    {
        get
        {
            var layers = _shape.Matrices.Where(layer => layer.Targets.Any(_options.Targets.Contains)).ToArray();
            var values = (long)_options.Rank * _shape.Blocks * layers.Sum(layer => (long)layer.Inputs + layer.Outputs);
            // An update has two more of the size of what is updated at a time: a group of factors, or the largest of them.
            var largest = (long)_options.Rank * layers.Select(layer => Math.Max(layer.Inputs, layer.Outputs)).DefaultIfEmpty().Max();
            var update = 2 * Math.Max(largest, Math.Min(values, FlatParameters.GroupElements));
            return sizeof(float) * ((4 * values) + update);
        }
    }

    /// <summary>
    /// What is kept of a block for each token: the residual stream before both halves, their normed inputs, queries, keys and values of all heads, the attention's
    /// weights, what it gives, and three widths of the feed-forward layer, of which autograd keeps four.
    /// </summary>
    private long PerToken(int length) =>
        (2L * _shape.Embedding * (sizeof(float) + _width)) + (_width * ((4L * _shape.Queries) + Scores(length) + ((IsFused(length) ? 3L : 4L) * _shape.FeedForward)))
        + (_shape.Architecture == "qwen3" ? (long)sizeof(float) * (_shape.Queries + _shape.Keys) : 0)
        + (7L * _options.Rank * _width);

    /// <summary>
    /// What is there for a moment beside that on the way back through a block. Hand-written: gradients of the residual stream in the type of the products, and of one width
    /// of the feed-forward layer or of the attention's weights, one tensor that no hole of what is free by then is large enough for. Autograd's, where later parts of the block
    /// are free: of three widths beside two that are kept; of the attention's weights twice; or of queries, keys and values in float32.
    /// </summary>
    private long Working(int length)
    {
        var (fed, scores) = ((long)_shape.FeedForward * _width, Scores(length) * _width);
        if (IsFused(length)) return ((long)_shape.Embedding * _width) + Math.Max(fed, scores);
        return Math.Max(
            (2 * fed) + (7L * _options.Rank * _width),
            Math.Max((2 * scores) - (4 * fed), (16L * _shape.Queries) + (4L * _shape.Embedding) - (4 * fed) - scores));
    }

    /// <summary>Whether blocks are computed by <see cref="FusedBlock"/>, where the system has its kernels.</summary>
    private bool IsFused(int length) => _options.Device == "cpu" && _options.Dropout == 0 && length <= Attention.PlainLength && _shape.Architecture != "qwen3";

    /// <summary>Autograd's two masks of a sequence.</summary>
    private long MaskBytes(int length) => Scores(length) > 0 && !IsFused(length) ? 2L * length * length * _width : 0;

    /// <summary>Attention weights a token, where they are written out.</summary>
    private long Scores(int length) => length <= Attention.PlainLength && _options.Device == "cpu" ? (long)_shape.Heads * length : 0;

    /// <summary>
    /// Normed hidden states of the tokens that count, and their gradients. Of logits: all of them in both types, what autograd keeps of them, and their gradients;
    /// or, where they are made in parts, a part that becomes exponents and then gradients in place, in both types.
    /// </summary>
    private long OutputBytes(int tokens, bool stores)
    {
        var logits = (long)tokens * _shape.Vocabulary * sizeof(float);
        var isPlain = !stores && logits <= DecoderModel.DefaultLogitBytes;
        return ((long)tokens * _shape.Embedding * sizeof(float) * 3) + (isPlain ? 4 * logits : 2 * Math.Min(logits, DecoderModel.DefaultLogitBytes));
    }

    /// <summary>The dequantized part of an output matrix that stays in its file.</summary>
    private long TileBytes => Math.Min((long)_shape.Vocabulary * _shape.Embedding * _width, DecoderModel.DefaultLogitBytes);

    private static long Pooled(long bytes) => (long)(PoolShare * bytes);
}
