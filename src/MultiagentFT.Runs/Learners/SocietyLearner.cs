using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Learners;

/// <summary>Multiagent finetuning: N generators and N critics, each on its own set (paper, section 3).</summary>
internal sealed class SocietyLearner(RunConfig config, IDebateTask task) : ILearner
{
    public Method Method => Method.MultiagentFt;

    public IReadOnlyList<string> Agents { get; } =
    [
        .. Enumerable.Range(0, config.Debate.Agents).Select(FinetunedSociety.GeneratorName),
        .. Enumerable.Range(0, config.Debate.Agents).Select(FinetunedSociety.CriticName),
    ];

    public IProtocol Protocol(Weights weights) => new DebateProtocol(config, task, FinetunedSociety.Of(config.Debate.Agents, weights));

    public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> transcripts, Seed seed)
    {
        var sets = new DatasetBuilder(task, config.Datasets).Build(transcripts, seed);
        var all = sets.Generators.Concat(sets.Critics).ToList();
        return Agents.Zip(all).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}
