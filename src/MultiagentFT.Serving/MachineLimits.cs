using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Serving;

/// <summary>Refuses sizes that this machine does not have: threads that would wait for each other, and memory beyond all there is.</summary>
internal static class MachineLimits
{
    /// <exception cref="InputException">An option asks for more.</exception>
    public static void Check(EngineOptions options, IModelRuntime runtime) =>
        Check(options, runtime, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <param name="options">As they will be used.</param>
    /// <param name="runtime">Says what they take.</param>
    /// <param name="memory">Bytes of the machine, or as many as this process may use.</param>
    internal static void Check(EngineOptions options, IModelRuntime runtime, long memory)
    {
        ThreadLimit.Check("engine.threads, engine.lanes", Math.Max(1, options.ToContextOptions().Threads) * options.Lanes);
        var needs = runtime.Needs(options.ToContextOptions());
        var slots = options.Slots + options.KeptSlots.GetValueOrDefault();
        var bytes = (decimal)needs.Weights + needs.Process + (((decimal)needs.Slot * slots) + needs.Step) * options.Lanes;
        if (bytes > memory)
        {
            throw new InputException(
                "engine", null, $"sizes that fit the {ByteSize.Text(memory)} of this machine (fewer --slots, --slot-context, --lanes, or --memory)",
                $"{ByteSize.Text((long)Math.Min(bytes, long.MaxValue))} for {slots} slots of {options.SlotContext} tokens in each of {options.Lanes} lanes");
        }
    }
}
