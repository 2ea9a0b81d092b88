using MultiagentFT.Inference;

namespace MultiagentFT.Cli.Rendering;

/// <summary>
/// Serves the requests of one debate one after another, by agent, and shows each as it is spoken. A request of a single
/// message is a first answer in the first batch and a summary later; one of 2n + 1 messages is a revision in round n + 1.
/// </summary>
internal sealed class NarratingEngine(IGenerationEngine inner, DebateView view) : IGenerationEngine
{
    private int _round;

    public ModelDescription Model => inner.Model;

    public EngineStatistics Statistics => inner.Statistics;

    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default) =>
        inner.LoadAdapterAsync(adapter, path, cancellation);

    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default) =>
        inner.UnloadAdapterAsync(adapter, cancellation);

    public Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
        inner.GenerateAsync(request, onText, cancellation);

    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        CancellationToken cancellation = default)
    {
        var isSummary = _round > 0 && requests[0].Messages.Count == 1;
        _round = isSummary ? _round : (requests[0].Messages.Count + 1) / 2;
        var results = new List<GenerationResult>(requests.Count);
        for (var agent = 0; agent < requests.Count; agent++)
        {
            view.Begin(isSummary ? _round + 1 : _round, agent, isSummary, requests[agent].Adapter);
            var result = await SpeakAsync(requests[agent], agent, isSummary, cancellation).ConfigureAwait(false);
            view.End(result);
            onCompleted?.Invoke(agent, result);
            results.Add(result);
        }
        return results;
    }

    public Task ClearCacheAsync(CancellationToken cancellation = default) => inner.ClearCacheAsync(cancellation);

    /// <summary>The inner engine belongs to its owner.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<GenerationResult> SpeakAsync(GenerationRequest request, int agent, bool isSummary, CancellationToken cancellation)
    {
        try
        {
            return await inner.GenerateAsync(request, text => view.Say(agent, isSummary, text), cancellation).ConfigureAwait(false);
        }
        catch (GenerationException error)
        {
            return new GenerationResult("", [], FinishReason.Failed, 0, 0, error.Message);
        }
    }
}
