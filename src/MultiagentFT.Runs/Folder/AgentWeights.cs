using System.Collections.Immutable;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Folder;

/// <summary>The current adapter of every agent that has been finetuned; the others are still the base model.</summary>
public sealed class AgentWeights
{
    public static readonly AgentWeights OfBase = new(ImmutableSortedDictionary.Create<string, AgentAdapter>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, AgentAdapter> _files;

    private AgentWeights(ImmutableSortedDictionary<string, AgentAdapter> files) => _files = files;

    public AgentAdapter? Of(string agent) => _files.GetValueOrDefault(agent);

    /// <summary>The agent as it speaks with these weights.</summary>
    public DebateAgent Speaker(string agent) => new(agent, Of(agent)?.Adapter());

    /// <summary>The files of some adapters.</summary>
    public IReadOnlyList<AgentAdapter> Of(IEnumerable<AdapterVersion> adapters) =>
        [.. adapters.Select(adapter => _files.Values.First(file => file.Adapter() == adapter))];

    public AgentWeights With(AgentAdapter file) => new(_files.SetItem(file.Name, file));

    internal void Write(string path) => JsonFile.Write(path, _files.Values);

    /// <exception cref="Foundation.InputException">The file is missing or something else.</exception>
    internal static AgentWeights Read(string path) =>
        JsonFile.Read<AgentAdapter[]>(path).Aggregate(OfBase, (weights, file) => weights.With(file));
}
