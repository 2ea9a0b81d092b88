using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Runs.Events;

namespace MultiagentFT.Runs.Stages;

/// <summary>Adds the progress of a stage's chunks up to that of the stage. Reports come from the engine's thread.</summary>
internal sealed class StageProgress(string stage, long done, long total, IRunObserver observer, TimeProvider time)
    : IDebateObserver
{
    private readonly long _started = time.GetTimestamp();
    private long _done = done;
    private long _tokens;

    public bool WantsText => false;

    public void On(DebateEvent happened)
    {
        if (happened is not TurnEnded { Result: var result }) return;
        _tokens += result.GeneratedTokens;
        Publish(++_done);
    }

    /// <summary>A chunk may need fewer requests than foreseen; its end is exact.</summary>
    public void EndChunk(long doneInAll)
    {
        _done = doneInAll;
        Publish(doneInAll);
    }

    private void Publish(long now) => observer.On(new StageProgressed(
        stage, now, total, _tokens, time.GetElapsedTime(_started)));
}
