using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Who speaks in a debate.</summary>
/// <param name="Generators">Answer in the first round.</param>
/// <param name="Critics">Answer in every later round; as many as generators.</param>
public sealed record Society(IReadOnlyList<DebateAgent> Generators, IReadOnlyList<DebateAgent> Critics)
{
    /// <summary>Agents named <c>generator-1</c>, <c>critic-1</c> and so on; a null adapter is the base model.</summary>
    public Society(IReadOnlyList<AdapterVersion?> generators, IReadOnlyList<AdapterVersion?> critics)
        : this(Named(generators, GeneratorName), Named(critics, CriticName))
    {
    }

    /// <summary>Every adapter that a debate needs, once.</summary>
    public IEnumerable<AdapterVersion> Adapters => Generators.Concat(Critics).Select(agent => agent.Adapter).OfType<AdapterVersion>().Distinct();

    /// <param name="agent">From 0.</param>
    public static string GeneratorName(int agent) => $"generator-{agent + 1}";

    /// <param name="agent">From 0.</param>
    public static string CriticName(int agent) => $"critic-{agent + 1}";

    /// <summary>N untrained generators and critics.</summary>
    public static Society OfBase(int agents) => new(new AdapterVersion?[agents], new AdapterVersion?[agents]);

    /// <summary>Who speaks in a round, counted from 1.</summary>
    public DebateAgent Speaker(int round, int agent) => (round == 1 ? Generators : Critics)[agent];

    /// <summary>The same with an id for every agent: generators from 1 to N, critics from N + 1 to 2N.</summary>
    public Society WithIds() => new(
        [.. Generators.Select((agent, index) => agent with { Id = index + 1 })],
        [.. Critics.Select((agent, index) => agent with { Id = Generators.Count + index + 1 })]);

    private static DebateAgent[] Named(IReadOnlyList<AdapterVersion?> adapters, Func<int, string> name) =>
        [.. adapters.Select((adapter, agent) => new DebateAgent(name(agent), adapter))];
}
