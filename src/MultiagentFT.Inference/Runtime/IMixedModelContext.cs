namespace MultiagentFT.Inference.Runtime;

/// <summary>A context whose slots have adapters of their own, so that rows of one decode call may belong to different agents.</summary>
public interface IMixedModelContext : IModelContext
{
    /// <summary>Whether steps are faster where their slots have no gaps between them; sequences are then moved together.</summary>
    bool PrefersDenseSlots { get; }

    /// <summary>Chooses the adapter of a slot's following rows; null is the base model.</summary>
    void SetAdapter(int slot, IRuntimeAdapter? adapter);
}
