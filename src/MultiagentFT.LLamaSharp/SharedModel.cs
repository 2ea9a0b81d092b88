using LLama.Native;

namespace MultiagentFT.LLamaSharp;

/// <summary>
/// A loaded model and who uses it. LLamaSharp's contexts stop working as soon as somebody disposes the model's handle, so it is
/// disposed when the last of runtime, contexts and adapters lets go.
/// </summary>
internal sealed class SharedModel(SafeLlamaModelHandle handle)
{
    private int _uses = 1;

    public SafeLlamaModelHandle Handle { get; } = handle;

    /// <summary>llama.cpp keeps the adapters of a model in a set that it does not lock: they are loaded and freed under this.</summary>
    public Lock AdapterGate { get; } = new();

    /// <exception cref="ObjectDisposedException">Everybody has let go.</exception>
    public void Hold()
    {
        if (Interlocked.Increment(ref _uses) > 1) return;
        Interlocked.Decrement(ref _uses);
        throw new ObjectDisposedException(nameof(SharedModel));
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0) Handle.Dispose();
    }
}
