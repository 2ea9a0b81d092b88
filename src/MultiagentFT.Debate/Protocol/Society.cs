using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Who speaks: one adapter for each generator and each critic; null is the base model.</summary>
/// <param name="Generators">Answer in the first round.</param>
/// <param name="Critics">Answer in every later round; as many as generators.</param>
public sealed record Society(IReadOnlyList<AdapterVersion?> Generators, IReadOnlyList<AdapterVersion?> Critics)
{
    /// <summary>N untrained generators and critics.</summary>
    public static Society OfBase(int agents) => new(new AdapterVersion?[agents], new AdapterVersion?[agents]);

    /// <summary>Who speaks in a round, counted from 1.</summary>
    public AdapterVersion? Speaker(int round, int agent) => (round == 1 ? Generators : Critics)[agent];
}
