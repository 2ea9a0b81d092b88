using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;

namespace MultiagentFT.Cluster.Messages;

/// <summary>An answer to score, whose policies are places in a list of adapters.</summary>
/// <param name="Messages">The conversation before the answer.</param>
/// <param name="Answer">Its text.</param>
/// <param name="Policies">Places of their adapters; <see cref="Base"/> is the base model.</param>
internal sealed record SentAnswer(IReadOnlyList<ChatMessage> Messages, string Answer, IReadOnlyList<int> Policies)
{
    public const int Base = -1;

    /// <exception cref="ArgumentException">A policy is not among the adapters.</exception>
    public static SentAnswer Of(ScoringRequest request, IReadOnlyList<SentAdapter> adapters)
    {
        var places = adapters.Index().ToDictionary(adapter => adapter.Item.Version(), adapter => adapter.Index);
        return new SentAnswer(request.Messages, request.Answer, [.. request.Policies.Select(policy => policy is null ? Base
            : places.TryGetValue(policy, out var place) ? place : throw new ArgumentException($"{policy} is not among the adapters", nameof(request)))]);
    }

    /// <param name="adapters">Those that the places are of; in range.</param>
    public ScoringRequest Request(IReadOnlyList<SentAdapter> adapters) =>
        new() { Messages = Messages, Answer = Answer, Policies = [.. Policies.Select(place => place == Base ? null : adapters[place].Version())] };
}
