using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Cli.Rendering;

/// <summary>
/// Serves the requests of one debate one after another, by agent, and shows each as it is spoken. A request of a single
/// message is a first answer in the first batch and a summary later; one of 2n + 1 messages is a revision in round n + 1.
/// </summary>
internal sealed class NarratingEngine(IGenerationEngine inner, DebateView view) : IGenerationEngine
{
    private int _round;

    /// <summary>Whether each agent answered in the last round.</summary>
    private bool[] _answered = [];

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
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        var isSummary = _round > 0 && requests[0].Messages.Count == 1;
        _round = isSummary ? _round : (requests[0].Messages.Count + 1) / 2;
        var agents = isSummary ? AgentsWithOthers() : [.. Enumerable.Range(0, requests.Count)];
        var results = new List<GenerationResult>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            view.Begin(isSummary ? _round + 1 : _round, agents[i], isSummary, requests[i].Adapter);
            var result = await SpeakAsync(requests[i], agents[i], isSummary, cancellation).ConfigureAwait(false);
            view.End(result);
            onCompleted?.Invoke(i, result);
            results.Add(result);
        }
        if (!isSummary) _answered = [.. results.Select(result => result.Finish != FinishReason.Failed)];
        return results;
    }

    public Task ClearCacheAsync(CancellationToken cancellation = default) => inner.ClearCacheAsync(cancellation);

    /// <summary>The inner engine belongs to its owner.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Those for whom a summary is asked: somebody else said something.</summary>
    private int[] AgentsWithOthers() =>
        [.. Enumerable.Range(0, _answered.Length).Where(agent => _answered.Where((answered, other) => answered && other != agent).Any())];

    private async Task<GenerationResult> SpeakAsync(GenerationRequest request, int agent, bool isSummary, CancellationToken cancellation)
    {
        try
        {
            return await inner.GenerateAsync(request, text => view.Say(agent, isSummary, text), cancellation).ConfigureAwait(false);
        }
        catch (GenerationException error)
        {
            return new GenerationResult("", [], FinishReason.Failed, 0, 0, error.Failure);
        }
    }
}
