using MultiagentFT.Contracts.Datasets;

namespace MultiagentFT.Runs.Methods;

/// <summary>What the agents of a method learn in one iteration. An agent is in one of the two.</summary>
/// <param name="Conversations">By agent.</param>
/// <param name="Pairs">The same for agents that learn preferences.</param>
internal sealed record TaughtDatasets(
    IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Conversations, IReadOnlyDictionary<string, IReadOnlyList<PreferencePair>> Pairs)
{
    public IReadOnlyDictionary<string, int> Counts => Conversations.Select(set => (set.Key, set.Value.Count))
        .Concat(Pairs.Select(set => (set.Key, set.Value.Count))).ToDictionary(set => set.Key, set => set.Count);
}
