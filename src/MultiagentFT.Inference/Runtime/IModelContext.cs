using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Runtime;

/// <summary>KV memory and compute buffers over a model's weights. One thread at a time.</summary>
public interface IModelContext : IDisposable
{
    /// <summary>Sizes as granted.</summary>
    ContextOptions Options { get; }

    /// <summary>
    /// Whether each slot has an adapter of its own, so that rows of one decode call may belong to different agents. Where not, all
    /// rows of a call have the same adapter.
    /// </summary>
    bool MixesAdapters { get; }

    /// <summary>Whether steps are faster where their slots have no gaps between them; sequences are then moved together.</summary>
    bool PrefersDenseSlots { get; }

    /// <summary>Chooses the adapter of all slots in the following decode calls; null is the base model.</summary>
    void SetAdapter(IRuntimeAdapter? adapter);

    /// <summary>Chooses the adapter of one slot's following rows; null is the base model.</summary>
    /// <exception cref="NotSupportedException">The context does not mix adapters.</exception>
    void SetAdapter(int slot, IRuntimeAdapter? adapter);

    /// <summary>Computes all rows and appends them to their slots. Positions of a slot continue without gaps; rows are
    /// ordered by slot, and within one slot by position.</summary>
    /// <exception cref="InvalidOperationException">The library refused or failed; what the slots hold is then undefined: <see cref="Clear"/>.</exception>
    void Decode(DecodeBatch batch);

    /// <summary>
    /// Logits [vocabulary] of a row of the last decode call that asked for output. Those of all rows stay valid, and where they
    /// are, until the next decode call, and other threads may read them: memory that the garbage collector does not move.
    /// </summary>
    ReadOnlySpan<float> Logits(int row);

    /// <summary>Whether rows that ask for output give their hidden states beside their logits in the following decode calls. At first they do not.</summary>
    /// <exception cref="NotSupportedException">This context gives none.</exception>
    void GiveHidden(bool isWanted)
    {
        if (isWanted) throw new NotSupportedException("this context gives no hidden states");
    }

    /// <summary>
    /// Hidden state [embedding] of a row of the last decode call that asked for output, after the final norm: what the output matrix reads. Valid until the next
    /// decode call.
    /// </summary>
    /// <exception cref="InvalidOperationException">The call was not to give any.</exception>
    ReadOnlySpan<float> Hidden(int row) => throw new InvalidOperationException("the last decode call gave no hidden states");

    /// <summary>Forgets what a slot holds from position <paramref name="length"/> on.</summary>
    /// <returns>False when the model's memory cannot do that: then the slot has been emptied.</returns>
    bool Truncate(int slot, int length);

    /// <summary>Replaces what a slot holds with a copy of another slot.</summary>
    void Copy(int fromSlot, int toSlot);

    /// <summary>Empties all slots, as if the context were new.</summary>
    void Clear();
}
