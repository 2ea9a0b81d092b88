using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Events;

namespace MultiagentFT.Runs.Stages;

/// <summary>Adds the progress of a stage's chunks up to that of the stage. Reports come from the engine's thread.</summary>
internal sealed class StageProgress(string stage, long done, long total, IRunObserver observer, TimeProvider time)
    : IProgress<DebateProgress>
{
    private readonly long _started = time.GetTimestamp();
    private long _done = done;
    private long _tokensBefore;
    private long _tokensOfChunk;

    public void Report(DebateProgress value)
    {
        Interlocked.Exchange(ref _tokensOfChunk, value.GeneratedTokens);
        Publish(Interlocked.Increment(ref _done));
    }

    /// <summary>A chunk may need fewer requests than foreseen; its end is exact.</summary>
    public void EndChunk(long doneInAll)
    {
        _tokensBefore += Interlocked.Exchange(ref _tokensOfChunk, 0);
        Interlocked.Exchange(ref _done, doneInAll);
        Publish(doneInAll);
    }

    private void Publish(long now) => observer.On(new StageProgressed(
        stage, now, total, Interlocked.Read(ref _tokensBefore) + Interlocked.Read(ref _tokensOfChunk), time.GetElapsedTime(_started)));
}
