using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Learners;

/// <summary>Single-agent finetuning ("Majority FT"): one agent learns from all its samples that agree with their vote.</summary>
internal sealed class SingleAgentLearner(RunConfig config, IDebateTask task) : ILearner
{
    public const string Agent = "single-agent";

    public Method Method => Method.SingleAgentFt;

    public IReadOnlyList<string> Agents { get; } = [Agent];

    public IProtocol Protocol(Weights weights) => new SamplingProtocol(config, task, weights.Of(Agent), config.Debate.Agents);

    public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> transcripts, Seed seed) =>
        new Dictionary<string, IReadOnlyList<ChatExample>> { [Agent] = MajorityDataset.Of(transcripts, task, config.Datasets.MinimumVotes) };
}
