using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Learners;

/// <summary>A method that finetunes itself: how it answers, and what each of its agents learns from the answers.</summary>
internal interface ILearner
{
    Method Method { get; }

    /// <summary>Names of the agents that have weights of their own.</summary>
    IReadOnlyList<string> Agents { get; }

    IProtocol Protocol(Weights weights);

    /// <summary>Each agent's examples, by its name.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> transcripts, Seed seed);
}
