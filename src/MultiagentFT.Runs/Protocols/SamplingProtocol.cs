using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Protocols;

/// <summary>One agent answers each problem some times, and the answers vote.</summary>
/// <param name="config">Prompts and sampling.</param>
/// <param name="task">Extracts and compares answers.</param>
/// <param name="agent">Who answers; null is the base model.</param>
/// <param name="samples">Answers to each problem.</param>
internal sealed class SamplingProtocol(RunConfig config, IDebateTask task, AdapterFile? agent, int samples) : IProtocol
{
    public IEnumerable<AdapterFile> Adapters => agent is null ? [] : [agent];

    public int RequestsPerProblem => samples;

    public Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine,
        IReadOnlyList<Problem> problems,
        Seed seed,
        IDebateObserver observer,
        CancellationToken cancellation) =>
        new SampleRunner(engine, task, config.Prompts, config.Debate)
            .RunAsync(problems, new DebateAgent(agent?.Name ?? "base", agent?.Adapter()), samples, seed, observer, cancellation);
}
