using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Memory;

/// <summary>Completes an engine's options by what its runtime can and needs.</summary>
public static class EngineFitting
{
    /// <summary>Decides how many finished sequences are kept, and makes everything fit the memory where that is bounded.</summary>
    /// <param name="options">Requested options.</param>
    /// <param name="runtime">The loaded model.</param>
    /// <param name="adapterValues">Counts the values of all adapters that will be loaded at a time; called where memory is bounded.</param>
    /// <param name="plan">The plan for the memory that was given; null where none was.</param>
    /// <exception cref="InputException">The runtime cannot do what is asked, or the memory is not enough.</exception>
    public static EngineOptions Fit(EngineOptions options, IModelRuntime runtime, Func<long> adapterValues, out MemoryPlan? plan)
    {
        plan = null;
        if (options.KeptSlots > 0 && !runtime.KeepsSlots)
            throw new InputException("engine.keptSlots", null, "0, as the decoder that serves this model keeps none", $"{options.KeptSlots}");
        if (options.Memory.Length == 0)
        {
            if (options.KeptSlots is not null || !runtime.KeepsSlots) return options;
            var slot = runtime.Needs(options.ToContextOptions()).Slot * options.Lanes;
            return options with { KeptSlots = (int)Math.Min(MemoryPlanner.MostKeptSlots, EngineOptions.KeptBytes / slot) };
        }
        if (!ByteSize.TryParse(options.Memory, out var budget)) throw new InputException("engine.memory", null, ByteSize.Expected, options.Memory);
        plan = MemoryPlanner.Plan(budget, options, adapterValues(), runtime.KeepsSlots, runtime.Needs);
        return plan.Options;
    }
}
