using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// The product with the output matrix and the logarithms of probabilities after it. Where all logits at once are too large, rows are taken in
/// chunks, and of a matrix that stays in its file the outputs in tiles; the gradient is then made on the way forward, as it is
/// W[target] − softmax·W for each row, and no logits are kept.
/// </summary>
internal sealed class OutputLayer : IDisposable
{
    private readonly Tensor? _weight;
    private readonly StoredMatrix? _stored;
    private readonly TensorDequantizer? _dequantizer;
    private readonly bool _bfloat16;
    private readonly Device _device;
    private readonly long _logitBytes;
    private Tensor? _tile;
    private (long First, long Count) _loaded;

    /// <param name="weights">Not owned; the embedding where there is no output matrix.</param>
    /// <param name="bfloat16">Whether products run in bfloat16.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="logitBytes">Most bytes of float32 logits at a time, and of a dequantized tile.</param>
    public OutputLayer(DecoderWeights weights, bool bfloat16, Device device, long logitBytes)
    {
        const string Own = "output.weight", Tied = "token_embd.weight";
        _weight = weights.Find(Own) ?? (weights.Stored.ContainsKey(Own) ? null : weights.Find(Tied));
        if (_weight is null) _stored = weights.Stored.GetValueOrDefault(Own) ?? weights.Stored[Tied];
        _dequantizer = weights.Dequantizer;
        (_bfloat16, _device, _logitBytes) = (bfloat16, device, logitBytes);
    }

    private long Vocabulary => _weight?.shape[0] ?? _stored!.Rows;

    /// <summary>Whether all logits of so many rows are made at once.</summary>
    public bool IsPlain(long rows) => _weight is not null && rows * Vocabulary * sizeof(float) <= _logitBytes;

    /// <param name="hidden">[rows, embedding].</param>
    /// <returns>[rows, vocabulary] float32, all at once; with a graph where the matrix is in memory.</returns>
    public Tensor Logits(Tensor hidden)
    {
        if (_weight is not null) return Product(hidden, _weight);
        var size = TileRows(hidden.shape[0]);
        return cat([.. Tiles(size).Select(tile => Product(hidden, Load(tile.First, tile.Count)))], 1);
    }

    /// <param name="hidden">[rows, embedding].</param>
    /// <param name="targets">[rows] int64.</param>
    /// <returns>[rows] float32, in nats, with a graph to <paramref name="hidden"/>.</returns>
    public Tensor LogProbabilities(Tensor hidden, Tensor targets)
    {
        var rows = hidden.shape[0];
        if (IsPlain(rows)) return Logits(hidden).log_softmax(-1).gather(1, targets.unsqueeze(1)).squeeze(1);
        using var scope = NewDisposeScope();
        var isLearned = is_grad_enabled() && hidden.requires_grad;
        var values = new List<Tensor>();
        var slopes = new List<Tensor>();
        using (no_grad())
        {
            var chunk = ChunkRows(rows);
            for (var first = 0L; first < rows; first += chunk)
            {
                var count = Math.Min(chunk, rows - first);
                var (value, slope) = Chunk(hidden.narrow(0, first, count), targets.narrow(0, first, count), isLearned);
                values.Add(value);
                if (slope is not null) slopes.Add(slope);
            }
        }
        var all = cat(values);
        if (isLearned)
        {
            // Zero, and its gradient is the slope.
            var linear = (hidden * cat(slopes)).sum(-1);
            all = all + (linear - linear.detach());
        }
        return all.MoveToOuterDisposeScope();
    }

    public void Dispose() => _tile?.Dispose();

    /// <returns>Values [rows] and their slopes by the hidden states [rows, embedding] float32.</returns>
    private (Tensor Values, Tensor? Slopes) Chunk(Tensor hidden, Tensor targets, bool isLearned)
    {
        using var scope = NewDisposeScope();
        var column = targets.unsqueeze(1);
        var tiles = Tiles(_weight is null ? TileRows(hidden.shape[0]) : Vocabulary).ToArray();
        var total = full([hidden.shape[0]], float.NegativeInfinity, device: _device);
        var chosen = zeros(hidden.shape[0], device: _device);
        // Of the last tile: exponents of the logits over each row's largest, and that one.
        Tensor? exponents = null, largest = null;
        foreach (var tile in tiles)
        {
            exponents?.Dispose();
            exponents = Product(hidden, Load(tile.First, tile.Count));
            var (index, isInside) = Place(column, tile.First, tile.Count);
            chosen = chosen + exponents.gather(1, index).mul(isInside).squeeze(1);
            largest = exponents.amax([-1], keepdim: true);
            exponents.sub_(largest).exp_();
            total = total.logaddexp((largest + exponents.sum(-1, keepdim: true).log()).squeeze(1));
        }
        var values = (chosen - total).MoveToOuterDisposeScope();
        if (!isLearned) return (values, null);

        var slopes = zeros(hidden.shape, device: _device);
        var sums = total.unsqueeze(1);
        // Backwards, as the last tile and its exponents are there already.
        foreach (var tile in tiles.Reverse())
        {
            using var inner = NewDisposeScope();
            var weight = Load(tile.First, tile.Count);
            var change = exponents is null ? Product(hidden, weight).sub_(sums).exp_() : exponents.mul_((largest! - sums).exp());
            var (index, isInside) = Place(column, tile.First, tile.Count);
            change.scatter_add_(1, index, isInside.neg());
            slopes.sub_(Cast(change).matmul(weight).to(ScalarType.Float32));
            exponents?.Dispose();
            exponents = null;
        }
        return (values, slopes.MoveToOuterDisposeScope());
    }

    /// <summary>Where targets are in a tile, and 1 where they are in it at all, else 0.</summary>
    private static (Tensor Index, Tensor IsInside) Place(Tensor column, long first, long count)
    {
        var shifted = column - first;
        return (shifted.clamp(0, count - 1), shifted.ge(0).logical_and(shifted.lt(count)).to(ScalarType.Float32));
    }

    private long ChunkRows(long rows) => _weight is null
        ? Math.Min(rows, Math.Max(1, _logitBytes / sizeof(float) / Math.Min(Vocabulary, 1024)))
        : Math.Max(1, _logitBytes / sizeof(float) / Vocabulary);

    private long TileRows(long rows) => Math.Clamp(
        Math.Min(_logitBytes / sizeof(float) / rows, _logitBytes / (_stored!.RowLength * (_bfloat16 ? sizeof(ushort) : sizeof(float)))), 1, Vocabulary);

    private IEnumerable<(long First, long Count)> Tiles(long size)
    {
        for (var first = 0L; first < Vocabulary; first += size) yield return (first, Math.Min(size, Vocabulary - first));
    }

    /// <summary>Some rows of the matrix; of a stored one they hold until others are asked for.</summary>
    private Tensor Load(long first, long count)
    {
        if (_weight is not null) return count == Vocabulary ? _weight : _weight.narrow(0, first, count);
        if (_tile is not null && _loaded == (first, count)) return _tile;
        if (_tile is null || _tile.shape[0] != count)
        {
            _tile?.Dispose();
            _tile = empty([count, _stored!.RowLength], dtype: _bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32, device: _device).DetachFromDisposeScope();
        }
        if (_dequantizer is not null) _stored!.ReadThere(first, _tile, _dequantizer);
        else _stored!.Read(first, _tile, get_num_threads());
        _loaded = (first, count);
        return _tile;
    }

    private Tensor Product(Tensor hidden, Tensor weight)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(Cast(hidden), Cast(weight)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private Tensor Cast(Tensor x) => _bfloat16 && x.dtype != ScalarType.BFloat16 ? x.to(ScalarType.BFloat16) : x;
}
