using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Protocols;

/// <summary>How a method answers problems, with the weights it has at one time.</summary>
public interface IProtocol
{
    /// <summary>Adapters that the engine has to hold.</summary>
    IEnumerable<AdapterVersion> Adapters { get; }

    /// <summary>Answers and summaries for one problem.</summary>
    int RequestsPerProblem { get; }

    /// <summary>The protocol as data, by which another process can follow it; null for one that only its own program knows.</summary>
    ProtocolDescription? Description => null;

    /// <summary>Answers one chunk; transcripts in the order of the problems.</summary>
    Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine, IReadOnlyList<Problem> problems, Seed seed, IDebateObserver? observer, CancellationToken cancellation);
}
