using System.Globalization;

namespace MultiagentFT.Contracts.Generation;

/// <summary>Sizes of one context.</summary>
public sealed record ContextOptions
{
    /// <summary>Sequences decoded side by side. Range [1, 256]. Default 32.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>
    /// Extra slots that retain the KV cache of finished sequences: a follow-up of the same adapter continues from there instead
    /// of computing its prompt again. Range [0, 4096]. Default 0.
    /// </summary>
    public int KeptSlots { get; init; }

    /// <summary>Tokens that each slot can hold. Range [32, 1 048 576]. Default 1024.</summary>
    public int SlotContext { get; init; } = 1024;

    /// <summary>Most rows in one decode call. Range [Slots, 65 536]. Default 512.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Threads of the CPU backend; 0 takes every core. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>How keys and values are kept. Default <see cref="KeyValueType.F16"/>.</summary>
    public KeyValueType KeyValueType { get; init; }

    /// <summary>All slots.</summary>
    public int AllSlots => Slots + KeptSlots;

    /// <summary>The sizes in words, for messages.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Slots} slots and {KeptSlots} kept ones of {SlotContext} tokens, {BatchTokens} rows a step, keys and values in {KeyValueType.ToString().ToLowerInvariant()}");

    /// <summary>All that is out of range, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (Slots is < 1 or > 256) yield return $"slots: expected 1 to 256, found {Slots}";
        if (KeptSlots is < 0 or > 4096) yield return $"keptSlots: expected 0 to 4096, found {KeptSlots}";
        if (!Enum.IsDefined(KeyValueType)) yield return $"keyValueType: expected f16 or q8, found {(int)KeyValueType}";
        if (SlotContext is < 32 or > 1 << 20) yield return $"slotContext: expected 32 to 1048576, found {SlotContext}";
        if (BatchTokens < Slots || BatchTokens > 1 << 16) yield return $"batchTokens: expected slots ({Slots}) to 65536, found {BatchTokens}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }
}
