using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cli.Setup;

/// <summary>Answers problems outside a run folder, under a progress view.</summary>
internal static class TranscriptRun
{
    private const string Activity = "answers";

    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="title">What is answered.</param>
    /// <param name="answers">What is left to answer.</param>
    /// <param name="runner">Answers the chunks.</param>
    /// <param name="adapters">Who answers, their files absolute.</param>
    /// <param name="seed">Root of all answers' seeds.</param>
    /// <param name="cancellation">Ends the running chunk, which is not kept.</param>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public static Task<IReadOnlyList<Transcript>> ShowAsync(
        Terminal terminal, string title, ChunkedAnswers answers, IChunkRunner runner, IReadOnlyList<AgentAdapter> adapters, Seed seed,
        CancellationToken cancellation) =>
        ProgressDisplay.ShowAsync(terminal, async view =>
        {
            view.Begin(Activity, title, "answers", answers.Done, answers.Total);
            var transcripts = await answers.RunAsync(
                runner, adapters, seed, progress => view.Advance(Activity, progress.Done, progress.Tokens, null), cancellation).ConfigureAwait(false);
            view.End(Activity, null);
            return transcripts;
        });
}
