using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>
/// The methods without a debate: independent answers of one adapter and a vote over them (base: one answer; majority: N).
/// Sample n has the seed of a debate's first answer by agent n, so the methods are compared on the same draws.
/// </summary>
/// <param name="engine">Answers.</param>
/// <param name="task">Extracts and compares answers.</param>
/// <param name="prompts">The texts; only the first turn's is used.</param>
/// <param name="options">Sampling and length of an answer; agents, rounds and summaries do not matter here.</param>
public sealed class SampleRunner(IGenerationEngine engine, IDebateTask task, PromptSet prompts, DebateOptions options)
{
    /// <summary>Answers to one problem, at most.</summary>
    public const int MostSamples = 1 << 16;

    /// <summary>Answers one chunk of problems.</summary>
    /// <param name="problems">The chunk.</param>
    /// <param name="agent">Who answers.</param>
    /// <param name="samplesPerProblem">Range [1, 65 536].</param>
    /// <param name="seed">As of the debate to compare with.</param>
    /// <param name="observer">Told of every answer and vote.</param>
    /// <param name="cancellation">Ends the chunk.</param>
    /// <returns>Transcripts of one round with a turn for every sample.</returns>
    /// <exception cref="InputException">The options or the number of samples are out of range.</exception>
    public Task<IReadOnlyList<Transcript>> RunAsync(
        IReadOnlyList<Problem> problems,
        DebateAgent agent,
        int samplesPerProblem,
        Seed seed,
        IDebateObserver? observer = null,
        CancellationToken cancellation = default)
    {
        if (samplesPerProblem is < 1 or > MostSamples) throw new InputException("samples", null, $"1 to {MostSamples}", $"{samplesPerProblem}");
        DebateAgent[] speakers = [.. Enumerable.Repeat(agent, samplesPerProblem)];
        return new DebateRunner(engine, task, prompts, options)
            .RunAsync(problems, new Society(speakers, speakers), rounds: 1, seed, observer, cancellation);
    }
}
