using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Remote.Generation;

/// <summary>
/// One engine of two, for a society whose agents have different bases: adapter files go to one, references to remote models to the other, and a request
/// goes where its adapter is. The base model is that of the first.
/// </summary>
/// <param name="local">Serves the base and adapter files; disposed with this.</param>
/// <param name="remote">Serves references; disposed with this.</param>
public sealed class RoutingEngine(IGenerationEngine local, IGenerationEngine remote) : IGenerationEngine
{
    private readonly Lock _gate = new();
    private readonly HashSet<AdapterVersion> _ofRemote = [];

    public ModelDescription Model => local.Model;

    public bool IsBatchInvariant => local.IsBatchInvariant && remote.IsBatchInvariant;

    public EngineStatistics Statistics
    {
        get
        {
            var (left, right) = (local.Statistics, remote.Statistics);
            return new EngineStatistics(
                left.PromptTokens + right.PromptTokens,
                left.CachedTokens + right.CachedTokens,
                left.GeneratedTokens + right.GeneratedTokens,
                left.Steps + right.Steps,
                left.AdapterSwitches + right.AdapterSwitches);
        }
    }

    public EngineLoad Load
    {
        get
        {
            var (left, right) = (local.Load, remote.Load);
            return new EngineLoad(
                left.Running + right.Running, left.Waiting + right.Waiting, left.Slots + right.Slots, left.HeldTokens, left.TokenCapacity, left.Adapters + right.Adapters);
        }
    }

    public Exception? Fault => local.Fault ?? remote.Fault;

    public string? FindMarkup(string text) => local.FindMarkup(text) ?? remote.FindMarkup(text);

    public async Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default)
    {
        var isRemote = RemoteWeights.IsReference(path);
        await (isRemote ? remote : local).LoadAdapterAsync(adapter, path, cancellation).ConfigureAwait(false);
        if (!isRemote) return;
        lock (_gate) _ofRemote.Add(adapter);
    }

    public async Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default)
    {
        await Of(adapter).UnloadAdapterAsync(adapter, cancellation).ConfigureAwait(false);
        lock (_gate) _ofRemote.Remove(adapter);
    }

    public Task<GenerationResult> GenerateAsync(GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
        Of(request.Adapter).GenerateAsync(request, onText, cancellation);

    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        var results = new GenerationResult[requests.Count];
        var gate = new Lock();
        var parts = requests.Index().GroupBy(request => Of(request.Item.Adapter));
        await Task.WhenAll(parts.Select(part => AnswerAsync(part.Key, [.. part.Select(request => request.Index)]))).ConfigureAwait(false);
        return results;

        async Task AnswerAsync(IGenerationEngine engine, int[] indexes)
        {
            var answered = await engine.GenerateBatchAsync(
                [.. indexes.Select(index => requests[index])],
                onCompleted is null ? null : (at, result) => Report(indexes[at], result),
                onText is null ? null : (at, piece) => onText(indexes[at], piece),
                cancellation).ConfigureAwait(false);
            foreach (var (at, index) in indexes.Index()) results[index] = answered[at];
        }

        void Report(int index, GenerationResult result)
        {
            lock (gate) onCompleted(index, result);
        }
    }

    public Task ClearCacheAsync(CancellationToken cancellation = default) =>
        Task.WhenAll(local.ClearCacheAsync(cancellation), remote.ClearCacheAsync(cancellation));

    public async ValueTask DisposeAsync()
    {
        await local.DisposeAsync().ConfigureAwait(false);
        await remote.DisposeAsync().ConfigureAwait(false);
    }

    private IGenerationEngine Of(AdapterVersion? adapter)
    {
        if (adapter is null) return local;
        lock (_gate) return _ofRemote.Contains(adapter) ? remote : local;
    }
}
