using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>
/// One agent answers, and where it is wrong it is told the right answer and answers again: how STaR collects what to learn (Zelikman et al. 2022,
/// rationalization). The hint comes as another agent's answer, in the words of the debate, so that every model of a debate can read it.
/// </summary>
/// <param name="engine">Answers.</param>
/// <param name="task">Extracts and compares answers.</param>
/// <param name="prompts">The texts of the first turn and of a revision.</param>
/// <param name="options">Sampling and length of an answer; agents, rounds and summaries do not matter here.</param>
public sealed class HintRunner(IGenerationEngine engine, IDebateTask task, PromptSet prompts, DebateOptions options)
{
    /// <summary>Answers one chunk of problems.</summary>
    /// <param name="problems">The chunk, each with its right answer.</param>
    /// <param name="agent">Who answers.</param>
    /// <param name="seed">As of the debate to compare with.</param>
    /// <param name="observer">Told of every answer.</param>
    /// <param name="cancellation">Ends the chunk.</param>
    /// <returns>Transcripts of one round where the first answer is right, of two where it is not.</returns>
    /// <exception cref="InputException">The options are out of range, or a problem has no answer.</exception>
    public Task<IReadOnlyList<Transcript>> RunAsync(
        IReadOnlyList<Problem> problems, DebateAgent agent, Seed seed, IDebateObserver? observer = null, CancellationToken cancellation = default)
    {
        if (problems.FirstOrDefault(problem => problem.Answer is null) is { } unknown)
            throw new InputException(unknown.Id, "answer", "the right one, as it is told to an agent that is wrong", "none");
        var runner = new DebateRunner(engine, task, prompts, options) { TellsTruth = true };
        return runner.RunAsync(problems, new Society([agent], [agent]), rounds: 2, seed, observer, cancellation);
    }
}
