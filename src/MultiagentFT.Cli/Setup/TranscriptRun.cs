using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>Answers problems chunk by chunk, outside a run folder.</summary>
/// <param name="engine">Holds the speakers' adapters.</param>
/// <param name="task">Extracts and compares answers.</param>
/// <param name="speakers">Who answers.</param>
/// <param name="method">Base, majority or debate.</param>
/// <param name="view">Shows how far it is.</param>
internal sealed class TranscriptRun(IGenerationEngine engine, IDebateTask task, Speakers speakers, Method method, IProgressView view)
{
    private const string Activity = "answers";

    private RunConfig Config => speakers.Config;

    private int AnswersPerProblem => method switch
    {
        Method.Base => 1,
        Method.Majority => Config.Debate.Agents,
        _ => Config.Debate.Agents * (1 + ((Config.Debate.Rounds - 1) * (Config.Debate.Summarize ? 2 : 1))),
    };

    /// <param name="problems">In the order in which they are answered.</param>
    /// <param name="seed">Root of all answers' seeds.</param>
    /// <param name="output">Appended to after each chunk, and continued from; null keeps nothing on disk.</param>
    /// <param name="cancellation">Ends the running chunk, which is not kept.</param>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public async Task<IReadOnlyList<Transcript>> RunAsync(
        IReadOnlyList<Problem> problems, Seed seed, string? output, CancellationToken cancellation)
    {
        var chunks = problems.Chunk(Config.ChunkProblems).ToList();
        var kept = output is null ? 0 : TranscriptFile.Recover(output, problems, Config.ChunkProblems);
        List<Transcript> transcripts = kept == 0 ? [] : [.. TranscriptFile.Read(output!)];
        using var file = output is null ? null : new TranscriptFile(output);
        view.Begin(Activity, task.Name, "answers", (long)transcripts.Count * AnswersPerProblem, (long)problems.Count * AnswersPerProblem);
        var progress = new ChunkProgress(view, (long)transcripts.Count * AnswersPerProblem);
        foreach (var chunk in chunks.Skip(kept))
        {
            await engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
            var finished = await AnswerAsync(chunk, seed, progress, cancellation).ConfigureAwait(false);
            ChunkFailure.ThrowIfAny(finished);
            foreach (var transcript in finished) file?.Append(transcript);
            transcripts.AddRange(finished);
            progress.EndChunk((long)transcripts.Count * AnswersPerProblem);
        }
        view.End(Activity, null);
        return transcripts;
    }

    private Task<IReadOnlyList<Transcript>> AnswerAsync(
        IReadOnlyList<Problem> chunk, Seed seed, ChunkProgress progress, CancellationToken cancellation) => method switch
        {
            Method.Debate => new DebateRunner(engine, task, Config.Prompts, Config.Debate)
                .RunAsync(chunk, speakers.Society, seed, progress, cancellation),
            _ => new SampleRunner(engine, task, Config.Prompts, Config.Debate)
                .RunAsync(chunk, speakers.Society.Generators[0], AnswersPerProblem, seed, progress, cancellation),
        };

    /// <summary>Adds the answers of a chunk to those before it. Reports come from the engine's thread.</summary>
    private sealed class ChunkProgress(IProgressView view, long done) : IDebateObserver
    {
        private long _done = done;
        private long _tokens;

        public bool WantsText => false;

        public void On(DebateEvent happened)
        {
            if (happened is not TurnEnded { Result: var result }) return;
            _tokens += result.GeneratedTokens;
            view.Advance(Activity, ++_done, _tokens, null);
        }

        /// <summary>A chunk may need fewer answers than foreseen; its end is exact.</summary>
        public void EndChunk(long doneInAll) => _done = doneInAll;
    }
}
