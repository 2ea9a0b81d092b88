using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Protocols;

/// <summary>One agent answers each problem some times, and the answers vote.</summary>
/// <param name="config">Prompts and sampling.</param>
/// <param name="task">Extracts and compares answers.</param>
/// <param name="agent">Who answers.</param>
/// <param name="samples">Answers to each problem.</param>
public sealed class SamplingProtocol(DebateConfig config, IDebateTask task, DebateAgent agent, int samples) : IProtocol
{
    public IEnumerable<AdapterVersion> Adapters => agent.Adapter is null ? [] : [agent.Adapter];

    public ProtocolDescription? Description => ProtocolDescription.Of(config, task, new Society([agent], [agent]), samples);

    public int RequestsPerProblem => samples;

    public Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine, IReadOnlyList<Problem> problems, Seed seed, IDebateObserver? observer, CancellationToken cancellation) =>
        new SampleRunner(engine, task, config.Prompts, config.Debate).RunAsync(problems, agent, samples, seed, observer, cancellation);
}
