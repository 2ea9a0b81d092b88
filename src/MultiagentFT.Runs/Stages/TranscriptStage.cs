using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Stages;

/// <summary>Answers the problems of a stage, with the adapters that this takes.</summary>
internal sealed class TranscriptStage(RunContext run)
{
    /// <returns>All transcripts and the seconds they took.</returns>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public async Task<(IReadOnlyList<Transcript> Transcripts, double Seconds)> RunAsync(
        StageId stage, IReadOnlyList<Problem> problems, IProtocol protocol, AgentWeights weights, Seed seed, CancellationToken cancellation)
    {
        var path = run.Layout.Transcripts(stage);
        var seal = new StageSeal(run.Layout, stage.Name);
        var answers = new ChunkedAnswers(path, protocol, problems, run.Config.ChunkProblems, keepsAll: run.Chunks.IsBatchInvariant);
        var skipped = answers.IsWhole;
        run.Observer.On(new StageStarted(stage, "answers", answers.Done, answers.Total));
        var clock = skipped ? null : new StageClock(run.Layout.Stage(stage), run.Time);
        AgentAdapter[] adapters = [.. weights.Of(protocol.Adapters).Select(file => file with { File = run.Layout.Absolute(file.File) })];
        var started = run.Time.GetTimestamp();
        IReadOnlyList<Transcript> transcripts;
        try
        {
            transcripts = await answers.RunAsync(run.Chunks, adapters, seed, Report, cancellation).ConfigureAwait(false);
        }
        finally
        {
            clock?.Save();
        }
        if (!seal.HasEnded) seal.AddGrown(hasEnded: true, path);
        var seconds = StageClock.Read(run.Layout.Stage(stage));
        run.Observer.On(new StageFinished(stage, seconds, skipped));
        return (transcripts, seconds);

        void Report(AnswerProgress progress)
        {
            if (progress.Done == answers.Done)
            {
                clock!.Save();
                seal.AddGrown(hasEnded: false, path);
            }
            clock!.Tick();
            run.Observer.On(new StageProgressed(stage, progress.Done, progress.Total, progress.Tokens, run.Time.GetElapsedTime(started)));
        }
    }
}
