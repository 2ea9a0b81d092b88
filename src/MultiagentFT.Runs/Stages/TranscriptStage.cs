using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// Answers problems chunk by chunk and appends the transcripts. Every chunk starts with an empty cache, so it does not
/// depend on what was served before: a resumed stage writes the same bytes as an uninterrupted one.
/// </summary>
internal sealed class TranscriptStage(RunContext run)
{
    private readonly LoadedAdapters _adapters = new(run.Engine, run.Layout);

    /// <returns>All transcripts and the seconds they took.</returns>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public async Task<(IReadOnlyList<Transcript> Transcripts, double Seconds)> RunAsync(
        string path, IReadOnlyList<Problem> problems, IProtocol protocol, Seed seed, CancellationToken cancellation)
    {
        var stage = Path.GetFileNameWithoutExtension(path);
        var chunks = problems.Chunk(run.Config.ChunkProblems).ToList();
        var kept = TranscriptFile.Recover(path, problems, run.Config.ChunkProblems);
        var total = (long)problems.Count * protocol.RequestsPerProblem;
        var done = chunks.Take(kept).Sum(chunk => (long)chunk.Length) * protocol.RequestsPerProblem;
        run.Observer.On(new StageStarted(stage, "answers", done, total));
        if (kept < chunks.Count)
        {
            var clock = new StageClock(run.Layout.Stage(stage), run.Time);
            var progress = new StageProgress(stage, done, total, run.Observer, run.Time);
            await _adapters.UseAsync(protocol.Adapters, cancellation).ConfigureAwait(false);
            foreach (var chunk in chunks.Skip(kept))
            {
                await run.Engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
                var answered = await protocol.RunAsync(run.Engine, chunk, seed, progress, cancellation).ConfigureAwait(false);
                ChunkFailure.ThrowIfAny(answered);
                Append(path, answered);
                clock.Save();
                progress.EndChunk(done += (long)chunk.Length * protocol.RequestsPerProblem);
            }
        }
        var seconds = StageClock.Read(run.Layout.Stage(stage));
        run.Observer.On(new StageFinished(stage, seconds, Skipped: kept == chunks.Count));
        return (TranscriptFile.Read(path), seconds);
    }

    private static void Append(string path, IReadOnlyList<Transcript> transcripts)
    {
        using var file = new TranscriptFile(path);
        foreach (var transcript in transcripts) file.Append(transcript);
    }
}
