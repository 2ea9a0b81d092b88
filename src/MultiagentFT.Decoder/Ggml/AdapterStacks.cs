using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>
/// All loaded adapters of a model on its device, one stack for each linear layer that any of them changes. Steps read them
/// side by side; a change waits for the steps under way and keeps the next ones waiting.
/// </summary>
internal sealed unsafe class AdapterStacks(ModelFile model, ComputeDevice device, TensorType type) : IDisposable
{
    private readonly ReaderWriterLockSlim _gate = new();
    private AdapterFactors?[] _loaded = [];
    private StackMemory? _memory;
    private bool _isDisposed;

    /// <summary>Changes with the tensors of the stacks, so that no graph is run that knows those before.</summary>
    public long Version { get; private set; }

    /// <summary>Bytes of all stacks, zeroes and free places included.</summary>
    public long Bytes => _memory?.Bytes ?? 0;

    /// <summary>The stack of a layer, by the name of its weights; null where no adapter changes it. Within a <see cref="Step"/>.</summary>
    public AdapterStack? Find(string tensor) => _memory?.Find(tensor);

    /// <exception cref="MultiagentFT.Foundation.InputException">The file is not an adapter of this model.</exception>
    public AdapterFactors Read(string path) => AdapterFactors.Read(path, model, type);

    /// <summary>Runs a step, during which the stacks stay as they are.</summary>
    public void Step(Action step)
    {
        _gate.EnterReadLock();
        try
        {
            step();
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <returns>The index of the new adapter, 1 or more.</returns>
    /// <exception cref="ObjectDisposedException">The weights are gone.</exception>
    /// <exception cref="OutOfMemoryException">The device has no room; all is as before.</exception>
    public int Add(AdapterFactors factors) => Change(() =>
    {
        var free = Array.IndexOf(_loaded, null);
        Put(free < 0 ? _loaded.Length : free, factors);
        return (free < 0 ? _loaded.Length - 1 : free) + 1;
    });

    /// <summary>Puts other factors in the place of an adapter.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public void Replace(int index, AdapterFactors factors) => Change(() =>
    {
        Put(index - 1, factors);
        return index;
    });

    /// <summary>Frees the place of an adapter; does nothing after <see cref="Dispose"/>.</summary>
    public void Remove(int index)
    {
        if (_isDisposed) return;
        Change(() =>
        {
            if (_isDisposed) return index;
            _loaded[index - 1] = null;
            // What is left in its place is not read again.
            if (Array.TrueForAll(_loaded, adapter => adapter is null)) Swap([], null);
            else if (_memory!.Forget(_loaded)) Version++;
            return index;
        });
    }

    public void Dispose() => Change(() =>
    {
        _isDisposed = true;
        Swap([], null);
        return 0;
    });

    private int Change(Func<int> change)
    {
        _gate.EnterWriteLock();
        try
        {
            return change();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private void Put(int place, AdapterFactors factors)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(GgmlWeights));
        var loaded = _loaded;
        if (place == loaded.Length) Array.Resize(ref loaded, place + 1);
        else loaded = [.. loaded];
        loaded[place] = factors;
        if (_memory is not null && _memory.Fits(loaded))
        {
            _memory.Write(place + 1, factors);
            _loaded = loaded;
            if (_memory.Forget(loaded)) Version++;
            return;
        }
        var memory = new StackMemory(loaded, _memory?.Capacity ?? 0, device, type);
        Swap(loaded, memory);
    }

    private void Swap(AdapterFactors?[] loaded, StackMemory? memory)
    {
        _memory?.Dispose();
        (_loaded, _memory) = (loaded, memory);
        Version++;
    }
}
