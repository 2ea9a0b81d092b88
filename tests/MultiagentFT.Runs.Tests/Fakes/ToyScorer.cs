using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>Toy agents whose distributions are numbers: that of the base model is 0, that of an adapter its version and a little of its content.</summary>
internal sealed class ToyScorer(Interruption interruption) : ToyEngine(interruption), IAnswerScorer, ITextEmbedder
{
    public List<ScoringRequest> Scored { get; } = [];

    /// <summary>Why a request of an index in its call fails; null serves it.</summary>
    public Func<int, GenerationFailure?> Refusal { get; init; } = _ => null;

    public Task<IReadOnlyList<AnswerScore>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation = default)
    {
        Interruption.Pass();
        Scored.AddRange(requests);
        return Task.FromResult<IReadOnlyList<AnswerScore>>([.. requests.Select((request, index) => Refusal(index) is { } failure ? new([], [], [], failure) : Score(request))]);
    }

    public List<string> Embedded { get; } = [];

    /// <summary>The vector of a text by its place in its call, as agents that agree write the same; null refuses it.</summary>
    public Func<string, int, float[]?> Embedding { get; init; } = (text, index) => [text.Length, text[^2], index];

    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        Interruption.Pass();
        Embedded.AddRange(texts);
        return Task.FromResult<IReadOnlyList<TextEmbedding>>(
            [.. texts.Select((text, index) => Embedding(text, index) is { } values ? new TextEmbedding(values) : new TextEmbedding([], new GenerationFailure(FailureKind.PromptTooLong, "too long")))]);
    }

    /// <summary>The log-probability of each of an answer's tokens, its letters.</summary>
    public double LogProbability(AdapterVersion? policy, string answer) => -1 - (Distribution(policy) * (1 + (answer.Sum(letter => letter) % 5)));

    /// <summary>KL(policy ‖ other).</summary>
    public double Divergence(AdapterVersion? policy, AdapterVersion? other) => Math.Pow(Distribution(policy) - Distribution(other), 2);

    private AnswerScore Score(ScoringRequest request) => new(
        new int[request.Answer.Length],
        [.. request.Policies.Select(policy => (double[])[.. Enumerable.Repeat(LogProbability(policy, request.Answer), request.Answer.Length)])],
        [.. request.Policies.Select(policy => (double[])[.. request.Policies.Select(other => Divergence(policy, other))])]);

    private double Distribution(AdapterVersion? policy) =>
        policy is null ? 0 : policy.Version + (new Seed(0).Of(policy.Name).Of(ContentOf(policy)).Generator().NextDouble() / 4);
}
