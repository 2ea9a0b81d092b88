using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol.Events;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Sends the requests of one phase to the engine together, so that all agents decode in the same steps, and reports them.</summary>
internal sealed class DebatePhase(IGenerationEngine engine, IDebateObserver? observer)
{
    private readonly Lock _gate = new();

    /// <returns>Results in the order of the turns.</returns>
    public async Task<IReadOnlyList<GenerationResult>> RunAsync(
        IReadOnlyList<SpeakingTurn> turns, IReadOnlyList<GenerationRequest> requests, CancellationToken cancellation)
    {
        if (requests.Count == 0) return [];
        foreach (var turn in turns) Report(new TurnStarted(turn));
        return await engine.GenerateBatchAsync(
            requests,
            observer is null ? null : (index, result) => Report(new TurnEnded(turns[index], result)),
            observer is { WantsText: true } ? (index, piece) => Report(new TextGenerated(turns[index], piece)) : null,
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Lanes of an engine have a thread each.</summary>
    public void Report(DebateEvent happened)
    {
        if (observer is null) return;
        lock (_gate) observer.On(happened);
    }
}
