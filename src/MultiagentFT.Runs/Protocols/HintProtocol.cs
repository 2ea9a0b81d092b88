using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Protocols;

/// <summary>One agent answers, and again with the right answer as a hint where it was wrong.</summary>
public sealed class HintProtocol(DebateConfig config, IDebateTask task, DebateAgent agent) : IProtocol
{
    public IEnumerable<AdapterVersion> Adapters => agent.Adapter is null ? [] : [agent.Adapter];

    public ProtocolDescription? Description =>
        ProtocolDescription.Of(config, task, new Society([agent], [agent]), null) is { } description ? description with { TellsTruth = true } : null;

    /// <summary>At most.</summary>
    public int RequestsPerProblem => 2;

    public Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine, IReadOnlyList<Problem> problems, Seed seed, IDebateObserver? observer, CancellationToken cancellation) =>
        new HintRunner(engine, task, config.Prompts, config.Debate).RunAsync(problems, agent, seed, observer, cancellation);
}
