using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cluster.Messages;

/// <summary>Answers to score, or texts to embed by the base model.</summary>
/// <param name="Config">Of the engine; names no model.</param>
/// <param name="Adapters">Of the policies under which answers are scored.</param>
/// <param name="Requests">Answers to score.</param>
/// <param name="Texts">Texts to embed.</param>
internal sealed record ScoringWork(DebateConfig Config, IReadOnlyList<SentAdapter> Adapters, IReadOnlyList<SentAnswer> Requests, IReadOnlyList<string> Texts)
{
    private const int Most = 100_000;

    public IEnumerable<string> Validate()
    {
        if (Requests.Count + Texts.Count is 0 or > Most || (Requests.Count > 0 && Texts.Count > 0))
            yield return $"scoring: expected 1 to {Most} answers or as many texts, found {Requests.Count} and {Texts.Count}";
        foreach (var (index, request) in Requests.Index())
        {
            if (request.Policies.Count is 0 or > ScoringRequest.MostPolicies)
                yield return $"scoring.requests[{index}].policies: expected 1 to {ScoringRequest.MostPolicies}, found {request.Policies.Count}";
            foreach (var place in request.Policies.Where(place => place < SentAnswer.Base || place >= Adapters.Count))
                yield return $"scoring.requests[{index}].policies: expected {SentAnswer.Base} to {Adapters.Count - 1}, found {place}";
        }
        foreach (var error in Adapters.SelectMany(adapter => adapter.File.Validate("scoring.adapters.file"))) yield return error;
        // The model's path is the worker's own.
        foreach (var error in (Config with { Model = "its own" }).Validate()) yield return "scoring.config: " + error;
    }
}
