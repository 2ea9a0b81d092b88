using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Protocols;

/// <summary>A society debates.</summary>
public sealed class DebateProtocol(DebateConfig config, IDebateTask task, Society society) : IProtocol
{
    public IEnumerable<AdapterVersion> Adapters => society.Adapters;

    public ProtocolDescription? Description => ProtocolDescription.Of(config, task, society, null);

    public int RequestsPerProblem
    {
        get
        {
            var debate = config.Debate;
            return debate.Agents * (1 + ((debate.Rounds - 1) * (debate.Summarize ? 2 : 1)));
        }
    }

    public Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine, IReadOnlyList<Problem> problems, Seed seed, IDebateObserver? observer, CancellationToken cancellation) =>
        new DebateRunner(engine, task, config.Prompts, config.Debate).RunAsync(problems, society, seed, observer, cancellation);
}
