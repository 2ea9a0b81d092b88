using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Tests.Fakes;

/// <summary>Answers from a script and remembers every batch; a script that gives null fails the request.</summary>
internal sealed class ScriptedEngine(Func<GenerationRequest, string?> script) : IGenerationEngine
{
    public List<IReadOnlyList<GenerationRequest>> Batches { get; } = [];

    public ModelDescription Model { get; } = new("scripted.gguf", "scripted", "llama", 1, 1, 1024, 32);

    public EngineStatistics Statistics => default;

    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default) => Task.CompletedTask;

    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default) => Task.CompletedTask;

    public Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
        Task.FromResult(Answer(request));

    public Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Batches.Add(requests);
        IReadOnlyList<GenerationResult> results = [.. requests.Select(Answer)];
        // A piece of every answer in turn, as an engine decodes them: one character each.
        for (var at = 0; results.Any(result => at < result.Text.Length); at++)
        {
            for (var i = 0; i < results.Count; i++)
            {
                if (at < results[i].Text.Length) onText?.Invoke(i, results[i].Text[at..(at + 1)]);
            }
        }
        for (var i = 0; i < results.Count; i++) onCompleted?.Invoke(i, results[i]);
        return Task.FromResult(results);
    }

    public Task ClearCacheAsync(CancellationToken cancellation = default) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Log-probability of every token of an answer, where they are asked for.</summary>
    public Func<GenerationRequest, double> LogProbability { get; init; } = _ => -1;

    /// <summary>Ten prompt tokens a message and one new token a character.</summary>
    private GenerationResult Answer(GenerationRequest request) => script(request) is { } text
        ? new GenerationResult(text, [.. text.Select(c => (int)c)], FinishReason.EndOfTurn, request.Messages.Count * 10, 0)
        {
            LogProbabilities = request.LogProbabilities is null
                ? null
                : [.. text.Select((c, i) => new DrawnToken(new TokenProbability(c, LogProbability(request) * (i % 2 == 0 ? 0.5 : 1.5), new byte[] { (byte)c }), []))],
        }
        : new GenerationResult("", [], FinishReason.Failed, 0, 0, new(FailureKind.Invalid, "scripted failure"));
}
