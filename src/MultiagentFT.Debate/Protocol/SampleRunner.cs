using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
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
    /// <summary>Answers one chunk of problems.</summary>
    /// <param name="problems">The chunk.</param>
    /// <param name="adapter">Who answers; null is the base model.</param>
    /// <param name="samplesPerProblem">Range [1, 64].</param>
    /// <param name="seed">As of the debate to compare with.</param>
    /// <param name="onFinished">Called with every transcript, in the order of the problems, once the chunk is through.</param>
    /// <param name="progress">Told of every answer, on the engine's thread.</param>
    /// <param name="cancellation">Ends the chunk; nothing is reported as finished then.</param>
    /// <returns>Transcripts of one round with a turn for every sample.</returns>
    /// <exception cref="InputException">The options or the number of samples are out of range.</exception>
    public Task<IReadOnlyList<Transcript>> RunAsync(
        IReadOnlyList<Problem> problems,
        AdapterVersion? adapter,
        int samplesPerProblem,
        Seed seed,
        Action<Transcript>? onFinished = null,
        IProgress<DebateProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (samplesPerProblem is < 1 or > 64) throw new InputException("samples", null, "1 to 64", $"{samplesPerProblem}");
        var speakers = Enumerable.Repeat(adapter, samplesPerProblem).ToList();
        return new DebateRunner(engine, task, prompts, options with { Agents = samplesPerProblem, Rounds = 1 })
            .RunAsync(problems, new Society(speakers, speakers), seed, onFinished, progress, cancellation);
    }
}
