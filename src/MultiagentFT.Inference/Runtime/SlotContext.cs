using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Runtime;

/// <summary>
/// What the contexts of all runtimes have in common: lengths and adapters of slots, what a failed step leaves, and every check
/// that has to come before native code, as ggml ends the process on misuse.
/// </summary>
/// <typeparam name="TAdapter">The runtime's own adapters.</typeparam>
public abstract class SlotContext<TAdapter> : IModelContext
    where TAdapter : SharedResource, IRuntimeAdapter
{
    private readonly SlotLengths _lengths;

    /// <summary>Of each slot, or one of all slots.</summary>
    private readonly TAdapter?[] _adapters;

    /// <summary>[batch tokens]: place of a row of the last step among its outputs; -1 for none.</summary>
    private readonly int[] _outputs;
    private int _rows;
    private bool _givesHidden;
    private bool _hasHidden;
    private bool _failed;
    private bool _isDisposed;

    /// <param name="options">Valid sizes; 0 threads are all cores.</param>
    protected SlotContext(ContextOptions options, int vocabularySize, bool mixesAdapters)
    {
        Options = options with { Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads };
        MixesAdapters = mixesAdapters;
        _lengths = new SlotLengths(options, vocabularySize);
        _adapters = new TAdapter?[mixesAdapters ? options.AllSlots : 1];
        _outputs = new int[options.BatchTokens];
    }

    public ContextOptions Options { get; }

    public bool MixesAdapters { get; }

    public virtual bool PrefersDenseSlots => true;

    /// <summary>Of each slot, or one of all slots. Held until another takes its place.</summary>
    protected ReadOnlySpan<TAdapter?> Adapters => _adapters;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The adapter is of another runtime.</exception>
    public void SetAdapter(IRuntimeAdapter? adapter)
    {
        for (var place = 0; place < _adapters.Length; place++) Choose(place, adapter);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The adapter is of another runtime.</exception>
    public void SetAdapter(int slot, IRuntimeAdapter? adapter)
    {
        if (!MixesAdapters) throw new NotSupportedException("this context has one adapter for all slots");
        _lengths.CheckSlot(slot);
        Choose(slot, adapter);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A row is not what the context expects; nothing has been computed.</exception>
    public void Decode(DecodeBatch batch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_failed) throw new InvalidOperationException("the last decode call failed: clear the context first");
        _lengths.Check(batch);
        _rows = 0;
        try
        {
            Compute(batch);
        }
        catch
        {
            _failed = true;
            throw;
        }
        _lengths.Append(batch);
        _hasHidden = _givesHidden;
        var outputs = 0;
        for (var row = 0; row < batch.Count; row++) _outputs[row] = batch.Outputs[row] ? outputs++ : -1;
        _rows = batch.Count;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The row is none of the last call, or asked for no output.</exception>
    public ReadOnlySpan<float> Logits(int row) => LogitsOf(row, OutputOf(row));

    /// <inheritdoc/>
    public void GiveHidden(bool isWanted)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (isWanted == _givesHidden) return;
        ChooseHidden(isWanted);
        _givesHidden = isWanted;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The row is none of the last call, or asked for no output.</exception>
    public ReadOnlySpan<float> Hidden(int row)
    {
        var output = OutputOf(row);
        return _hasHidden ? HiddenOf(row, output) : throw new InvalidOperationException("the last decode call gave no hidden states");
    }

    /// <inheritdoc/>
    public bool Truncate(int slot, int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _lengths.CheckTruncate(slot, length);
        if (length == _lengths[slot]) return true;
        var kept = TruncateSlot(slot, length);
        _lengths[slot] = kept ? length : 0;
        return kept;
    }

    /// <inheritdoc/>
    public void Copy(int fromSlot, int toSlot)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _lengths.CheckSlot(fromSlot);
        _lengths.CheckSlot(toSlot);
        if (fromSlot == toSlot) return;
        CopySlot(fromSlot, toSlot, _lengths[fromSlot]);
        _lengths[toSlot] = _lengths[fromSlot];
    }

    /// <inheritdoc/>
    public void Clear()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ClearSlots(_failed);
        _lengths.Clear();
        _rows = 0;
        _failed = false;
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Free();
        foreach (var adapter in _adapters) adapter?.Release();
    }

    /// <summary>Whether the adapter belongs to this context's weights.</summary>
    protected abstract bool IsOwn(TAdapter adapter);

    /// <summary>Makes one adapter, or none, that of all slots. For contexts that do not mix them.</summary>
    protected virtual void Apply(TAdapter? adapter)
    {
    }

    /// <summary>Computes rows that have been checked.</summary>
    protected abstract void Compute(DecodeBatch batch);

    /// <param name="row">One of the last step's.</param>
    /// <param name="output">Its place among the step's outputs.</param>
    protected abstract ReadOnlySpan<float> LogitsOf(int row, int output);

    /// <summary>Whether the following steps are to give hidden states.</summary>
    protected virtual void ChooseHidden(bool isWanted)
    {
    }

    /// <param name="row">One of the last step's, which gave hidden states.</param>
    /// <param name="output">Its place among the step's outputs.</param>
    protected abstract ReadOnlySpan<float> HiddenOf(int row, int output);

    /// <summary>Makes a slot shorter, or else empty.</summary>
    /// <returns>Whether the slot has kept its beginning.</returns>
    protected virtual bool TruncateSlot(int slot, int length) => true;

    /// <param name="length">What <paramref name="fromSlot"/> holds; the slots differ.</param>
    protected abstract void CopySlot(int fromSlot, int toSlot, int length);

    /// <param name="afterFailure">Whether the last step failed, so that slots may hold anything.</param>
    protected virtual void ClearSlots(bool afterFailure)
    {
    }

    /// <summary>Frees native memory. Adapters are held until after it.</summary>
    protected abstract void Free();

    /// <summary>The place of a row among the outputs of the last step.</summary>
    private int OutputOf(int row)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if ((uint)row >= (uint)_rows) throw new ArgumentOutOfRangeException(nameof(row), row, $"the last decode call had {_rows} rows");
        return _outputs[row] >= 0 ? _outputs[row] : throw new ArgumentException($"row {row} asked for no output", nameof(row));
    }

    private void Choose(int place, IRuntimeAdapter? adapter)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var next = adapter switch
        {
            null => null,
            TAdapter own when IsOwn(own) => own,
            _ => throw new ArgumentException($"{adapter.Path} was loaded by another runtime", nameof(adapter)),
        };
        if (ReferenceEquals(next, _adapters[place])) return;
        next?.Hold();
        try
        {
            if (!MixesAdapters) Apply(next);
        }
        catch
        {
            next?.Release();
            throw;
        }
        _adapters[place]?.Release();
        _adapters[place] = next;
    }
}
