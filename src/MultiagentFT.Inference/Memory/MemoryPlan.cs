using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Memory;

/// <summary>How an engine divides the memory that it was given.</summary>
/// <param name="Budget">Bytes given.</param>
/// <param name="Adapters">Bytes set aside for adapters.</param>
/// <param name="Needs">Bytes of the model, of a slot and of a step.</param>
/// <param name="Options">The engine's options, made to fit.</param>
public sealed record MemoryPlan(long Budget, long Adapters, MemoryNeeds Needs, EngineOptions Options)
{
    /// <summary>Bytes of keys and values.</summary>
    public long KeyValues => Needs.Slot * (Options.Slots + Options.KeptSlots.GetValueOrDefault()) * Options.Lanes;

    /// <summary>Bytes of all contexts' steps.</summary>
    public long Steps => Needs.Step * Options.Lanes;

    /// <summary>All of it; never above <see cref="Budget"/>.</summary>
    public long Total => Needs.Process + Needs.Weights + Adapters + KeyValues + Steps;

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"memory {ByteSize.Text(Total)} of {ByteSize.Text(Budget)}: weights {ByteSize.Text(Needs.Weights)}, adapters {ByteSize.Text(Adapters)}, "
        + $"keys and values {ByteSize.Text(KeyValues)} ({Options.Slots} slots and {Options.KeptSlots.GetValueOrDefault()} kept of {Options.SlotContext} tokens), "
        + $"steps of {Options.BatchTokens} rows {ByteSize.Text(Steps)}, process {ByteSize.Text(Needs.Process)}";
}
