using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Fakes;

/// <summary>A toy engine whose batches go through a gate.</summary>
/// <param name="gate">Awaited before a batch; what it throws, the batch throws.</param>
internal sealed class HeldEngine(Func<IReadOnlyList<GenerationRequest>, CancellationToken, Task> gate) : IGenerationEngine
{
    private readonly ToyEngine _engine = new(new Interruption());

    public ModelDescription Model => _engine.Model;

    public EngineStatistics Statistics => _engine.Statistics;

    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default) => _engine.LoadAdapterAsync(adapter, path, cancellation);

    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default) => _engine.UnloadAdapterAsync(adapter, cancellation);

    public Task ClearCacheAsync(CancellationToken cancellation = default) => _engine.ClearCacheAsync(cancellation);

    public Task<GenerationResult> GenerateAsync(GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
        _engine.GenerateAsync(request, onText, cancellation);

    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        await gate(requests, cancellation);
        return await _engine.GenerateBatchAsync(requests, onCompleted, onText, cancellation);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
