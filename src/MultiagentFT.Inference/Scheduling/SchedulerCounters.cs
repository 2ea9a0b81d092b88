using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>Totals of one lane: written by its thread, read by any.</summary>
internal sealed class SchedulerCounters
{
    private long _promptTokens;
    private long _cachedTokens;
    private long _generatedTokens;
    private long _steps;
    private long _adapterSwitches;

    private int _running;
    private long _heldTokens;

    public int Running => Volatile.Read(ref _running);

    public long HeldTokens => Volatile.Read(ref _heldTokens);

    public EngineStatistics Snapshot() => new(
        Volatile.Read(ref _promptTokens),
        Volatile.Read(ref _cachedTokens),
        Volatile.Read(ref _generatedTokens),
        Volatile.Read(ref _steps),
        Volatile.Read(ref _adapterSwitches));

    public void AddStep(int promptTokens)
    {
        Volatile.Write(ref _promptTokens, _promptTokens + promptTokens);
        Volatile.Write(ref _steps, _steps + 1);
    }

    public void SetLoad(int running, long heldTokens)
    {
        Volatile.Write(ref _running, running);
        Volatile.Write(ref _heldTokens, heldTokens);
    }

    public void AddCached(int tokens) => Volatile.Write(ref _cachedTokens, _cachedTokens + tokens);

    public void AddGenerated(int tokens) => Volatile.Write(ref _generatedTokens, _generatedTokens + tokens);

    public void AddAdapterSwitch() => Volatile.Write(ref _adapterSwitches, _adapterSwitches + 1);
}
