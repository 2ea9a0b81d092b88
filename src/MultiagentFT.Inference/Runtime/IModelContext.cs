using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Runtime;

/// <summary>
/// KV memory and compute buffers over a model's weights. One thread at a time. A context applies one adapter to every
/// row of a decode call, unless it is an <see cref="IMixedModelContext"/>.
/// </summary>
public interface IModelContext : IDisposable
{
    /// <summary>Sizes as granted.</summary>
    ContextOptions Options { get; }

    /// <summary>Chooses the adapter of all slots in the following decode calls; null is the base model.</summary>
    void SetAdapter(IRuntimeAdapter? adapter);

    /// <summary>Computes all rows and appends them to their slots. Positions of a slot continue without gaps; rows are
    /// ordered by slot, and within one slot by position.</summary>
    /// <exception cref="InvalidOperationException">The library refused or failed; what the slots hold is then undefined: <see cref="Clear"/>.</exception>
    void Decode(DecodeBatch batch);

    /// <summary>
    /// Logits [vocabulary] of a row of the last decode call that asked for output. Those of all rows stay valid, and where they
    /// are, until the next decode call, and other threads may read them: memory that the garbage collector does not move.
    /// </summary>
    ReadOnlySpan<float> Logits(int row);

    /// <summary>Forgets what a slot holds from position <paramref name="length"/> on.</summary>
    /// <returns>False when the model's memory cannot do that: then the slot has been emptied.</returns>
    bool Truncate(int slot, int length);

    /// <summary>Replaces what a slot holds with a copy of another slot.</summary>
    void Copy(int fromSlot, int toSlot);

    /// <summary>Empties all slots, as if the context were new.</summary>
    void Clear();
}
