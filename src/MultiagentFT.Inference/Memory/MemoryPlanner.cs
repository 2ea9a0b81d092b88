using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Inference.Memory;

/// <summary>Makes an engine's options fit an amount of memory. The same options and model give the same plan on every machine.</summary>
public static class MemoryPlanner
{
    /// <summary>Beyond this many, more bring nothing.</summary>
    internal const int MostKeptSlots = 256;

    private const int LeastBatch = 32;

    /// <param name="budget">Bytes for everything.</param>
    /// <param name="options">Requested options: slots and rows of a step are upper bounds, tokens of a slot are kept.</param>
    /// <param name="adapterValues">Values of all adapters that will be loaded at a time.</param>
    /// <param name="keepsSlots">Whether what is left may keep ended sequences, where the options do not say how many.</param>
    /// <param name="needs">What the runtime takes for a context.</param>
    /// <exception cref="InputException">Not even one slot fits; the message says what would.</exception>
    public static MemoryPlan Plan(long budget, EngineOptions options, long adapterValues, bool keepsSlots, Func<ContextOptions, MemoryNeeds> needs)
    {
        var batch = options.BatchTokens;
        while (true)
        {
            // A step may take a quarter of what the weights leave, and has to leave room for a slot; it is halved until it does.
            var needed = needs(options.ToContextOptions() with { KeptSlots = 0, BatchTokens = batch });
            var adapterBytes = adapterValues * needed.AdapterValue;
            var left = budget - needed.Process - adapterBytes - needed.Weights;
            var smaller = Math.Max(LeastBatch, batch / 2);
            var fitting = (left - (needed.Step * options.Lanes)) / (needed.Slot * options.Lanes);
            if ((needed.Step * options.Lanes > left / 4 || fitting < 1) && smaller < batch)
            {
                batch = smaller;
                continue;
            }
            if (fitting < 1)
            {
                var least = needed.Process + adapterBytes + needed.Weights + ((needed.Step + needed.Slot) * options.Lanes);
                throw new InputException(
                    "memory", null, $"at least {ByteSize.Text(least)} for one slot of {options.SlotContext} tokens in each of {options.Lanes} lanes", ByteSize.Text(budget));
            }
            var slots = (int)Math.Min(Math.Min(options.Slots, batch), fitting);
            var spare = (int)Math.Min(fitting - slots, MostKeptSlots);
            var kept = options.KeptSlots is { } requested ? Math.Min(requested, spare) : keepsSlots ? spare : 0;
            return new MemoryPlan(
                budget, adapterBytes, needed, options with { Slots = slots, KeptSlots = kept, BatchTokens = batch, Memory = "" });
        }
    }
}
