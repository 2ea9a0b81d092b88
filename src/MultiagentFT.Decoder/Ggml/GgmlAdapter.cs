using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>A LoRA adapter in the stacks of a <see cref="GgmlRuntime"/>. Thread-safe.</summary>
public sealed class GgmlAdapter : SharedResource, IRuntimeAdapter
{
    private readonly Lock _gate = new();
    private AdapterFactors _factors;

    /// <exception cref="InputException">The file is not an adapter of this model.</exception>
    internal GgmlAdapter(string path, AdapterStacks owner)
    {
        Owner = owner;
        _factors = owner.Read(path);
        Index = owner.Add(_factors);
    }

    public string Path => _factors.Path;

    /// <summary>Bytes of its own factors, without what pads them to the rank of the largest adapter.</summary>
    public long Bytes => _factors.Bytes;

    internal AdapterStacks Owner { get; }

    /// <summary>Its place in the stacks, 1 or more.</summary>
    internal int Index { get; }

    /// <summary>
    /// Takes the factors of another file in place: slots that have this adapter continue with them from their next row on. What
    /// the slots hold was computed with the factors before.
    /// </summary>
    /// <exception cref="InputException">The file is not an adapter of this model; the adapter is as before.</exception>
    /// <exception cref="OutOfMemoryException">The device has no room for it; the adapter is as before.</exception>
    /// <exception cref="ObjectDisposedException">The adapter has been disposed.</exception>
    public void Update(string path)
    {
        var factors = Owner.Read(System.IO.Path.GetFullPath(path));
        Hold();
        try
        {
            lock (_gate)
            {
                Owner.Replace(Index, factors);
                _factors = factors;
            }
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Its place becomes free.</summary>
    protected override void Free() => Owner.Remove(Index);
}
