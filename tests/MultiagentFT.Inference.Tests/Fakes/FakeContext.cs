using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Fakes;

/// <summary>
/// Memory of the fake model: each cell holds a hash of its adapter, its token and the cell before, so that a cell in the
/// wrong place or of another adapter changes all that follows. Throws on whatever the contract forbids.
/// </summary>
internal sealed class FakeContext : IModelContext
{
    private const int Vocabulary = 258;
    private readonly FakeRuntime _runtime;
    private readonly List<ulong>[] _cells;
    private readonly Dictionary<int, ulong> _outputs = [];
    private readonly HashSet<int> _isNan = [];
    private readonly Dictionary<int, float[]> _logits = [];
    private readonly FakeAdapter?[] _adapters;
    private bool _givesHidden;
    private bool _isUndefined;
    private int _busy;
    private int _decodes;

    public FakeContext(FakeRuntime runtime, ContextOptions options)
    {
        _runtime = runtime;
        Options = options;
        _cells = [.. Enumerable.Range(0, options.AllSlots).Select(_ => new List<ulong>())];
        _adapters = new FakeAdapter?[options.AllSlots];
    }

    public ContextOptions Options { get; }

    public bool MixesAdapters => _runtime.Mixes;

    public bool PrefersDenseSlots => !_runtime.Mixes || _runtime.PrefersDenseSlots;

    public bool IsDisposed { get; private set; }

    /// <summary>What has been asked, in words, when set.</summary>
    public StringBuilder? Log { get; set; }

    public int Copies { get; private set; }

    /// <summary>Decode calls whose slots were not next to each other.</summary>
    public int Gaps { get; private set; }

    public int LargestBatch { get; private set; }

    public void SetAdapter(IRuntimeAdapter? adapter)
    {
        Alone(() =>
        {
            Array.Fill(_adapters, (FakeAdapter?)adapter);
            Log?.AppendLine($"adapter {adapter?.Path}");
        });
    }

    public void SetAdapter(int slot, IRuntimeAdapter? adapter) => Alone(() =>
    {
        if (!MixesAdapters) throw new NotSupportedException("one adapter for all slots");
        _adapters[slot] = (FakeAdapter?)adapter;
        Log?.AppendLine($"adapter {slot} {adapter?.Path}");
    });

    public void Decode(DecodeBatch batch) => Alone(() => DecodeRows(batch));

    public ReadOnlySpan<float> Logits(int row)
    {
        if (!_outputs.TryGetValue(row, out var hash)) throw new InvalidOperationException($"row {row} has no logits");
        // Rows stay valid side by side, where the garbage collector does not move them.
        if (!_logits.TryGetValue(row, out var logits)) _logits[row] = logits = GC.AllocateArray<float>(Vocabulary, pinned: true);
        for (var token = 0; token < Vocabulary; token++) logits[token] = (Mix(hash + (ulong)token) >> 40) * (4f / (1 << 24));
        foreach (var liked in _runtime.Liked) logits[liked] += 4;
        logits[FakeTokenizer.BeginOfText] = float.NegativeInfinity;
        logits[FakeTokenizer.EndOfTurn] += _runtime.EndLogit < 0 ? _runtime.EndLogit : (hash & 1) * _runtime.EndLogit;
        if (_isNan.Contains(row)) logits[7] = float.NaN;
        return logits;
    }

    public void GiveHidden(bool isWanted) => Alone(() =>
    {
        _givesHidden = isWanted;
        Log?.AppendLine($"hidden {isWanted}");
    });

    /// <summary>Two numbers of the cell.</summary>
    public ReadOnlySpan<float> Hidden(int row)
    {
        if (!_givesHidden || !_outputs.TryGetValue(row, out var hash)) throw new InvalidOperationException($"row {row} has no hidden state");
        return (float[])[_isNan.Contains(row) ? float.NaN : (hash >> 40) / (float)(1 << 24), (hash & 0xffff) / 65536f];
    }

    public bool Truncate(int slot, int length)
    {
        Alone(() =>
        {
            if (length < 0 || length > _cells[slot].Count)
            {
                throw new InvalidOperationException($"truncate {slot} to {length} of {_cells[slot].Count}");
            }
            _cells[slot].RemoveRange(length, _cells[slot].Count - length);
            if (!_runtime.CanTruncate) _cells[slot].Clear();
            Log?.AppendLine($"truncate {slot} {length}");
        });
        return _runtime.CanTruncate;
    }

    public void Copy(int fromSlot, int toSlot) =>
        Alone(() =>
        {
            if (fromSlot == toSlot) throw new InvalidOperationException("copy onto itself");
            _cells[toSlot].Clear();
            _cells[toSlot].AddRange(_cells[fromSlot]);
            Copies++;
            Log?.AppendLine($"copy {fromSlot} {toSlot}");
        });

    public void Clear()
    {
        if (!_runtime.CanClear) throw new InvalidOperationException("cannot clear");
        _isUndefined = false;
        foreach (var slot in _cells) slot.Clear();
        Log?.AppendLine("clear");
    }

    public void Dispose()
    {
        if (IsDisposed) throw new InvalidOperationException("disposed twice");
        IsDisposed = true;
    }

    private void DecodeRows(DecodeBatch batch)
    {
        _outputs.Clear();
        _isNan.Clear();
        _isUndefined = true;
        _runtime.OnDecode?.Invoke(_decodes++);
        if (batch.Count < 1 || batch.Count > Options.BatchTokens) throw new InvalidOperationException($"{batch.Count} rows");
        LargestBatch = Math.Max(LargestBatch, batch.Count);
        var last = -1;
        for (var row = 0; row < batch.Count; row++)
        {
            var slot = batch.Slots[row];
            if (slot < last) throw new InvalidOperationException("rows are not ordered by slot");
            if (last >= 0 && slot > last + 1) Gaps++;
            last = slot;
            DecodeRow(batch, row);
        }
        Log?.AppendLine($"decode {string.Join(',', batch.Slots.ToArray())} {string.Join(',', batch.Tokens.ToArray())}");
        _isUndefined = false;
    }

    private void DecodeRow(DecodeBatch batch, int row)
    {
        var cells = _cells[batch.Slots[row]];
        var adapter = _adapters[batch.Slots[row]];
        if (adapter is { IsDisposed: true }) throw new InvalidOperationException("the adapter is disposed");
        if (batch.Positions[row] != cells.Count)
        {
            throw new InvalidOperationException($"slot {batch.Slots[row]}: position {batch.Positions[row]}, expected {cells.Count}");
        }
        if (cells.Count >= Options.SlotContext) throw new InvalidOperationException($"slot {batch.Slots[row]} is full");
        var token = batch.Tokens[row];
        if (token is < 0 or >= Vocabulary) throw new InvalidOperationException($"token {token}");
        var before = cells.Count == 0 ? 0 : cells[^1];
        cells.Add(Mix(before ^ Mix((ulong)token ^ (adapter?.Key ?? 0))));
        if (!batch.Outputs[row]) return;
        _outputs[row] = cells[^1];
        if (token == _runtime.NanAfter) _isNan.Add(row);
    }

    private void Alone(Action action)
    {
        if (IsDisposed) throw new InvalidOperationException("the context is disposed");
        if (_isUndefined) throw new InvalidOperationException("the context failed and was not cleared");
        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new InvalidOperationException("two threads use one context");
        try
        {
            action();
        }
        finally
        {
            _busy = 0;
        }
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
