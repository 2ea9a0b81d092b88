using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cluster.Worker;

/// <summary>The one engine that is open at a time, opened anew for another model or other options.</summary>
internal sealed class EnginePool(Func<EngineOrder, CancellationToken, Task<IGenerationEngine>> open) : IAsyncDisposable
{
    private IGenerationEngine? _engine;
    private EngineChunkRunner? _runner;
    private object? _key;

    /// <summary>Tokens that closed engines generated.</summary>
    private long _tokens;

    public long Tokens => _tokens + (_engine?.Statistics.GeneratedTokens ?? 0);

    /// <summary>What answers chunks and scores answers.</summary>
    /// <exception cref="InputException">The model cannot be served as asked.</exception>
    public async Task<IChunkRunner> OpenAsync(DebateConfig config, IReadOnlyList<AgentAdapter> adapters, CancellationToken cancellation)
    {
        string[] files = [.. adapters.Select(adapter => adapter.File).Distinct()];
        // Where memory is bounded, the slots are planned beside the adapters.
        var key = (config.Model, config.Engine, config.Engine.Memory.Length == 0 ? "" : string.Join('\n', files));
        if (_runner is not null && key.Equals(_key)) return _runner;
        await CloseAsync().ConfigureAwait(false);
        _engine = await open(new EngineOrder(config, files), cancellation).ConfigureAwait(false);
        _key = key;
        return _runner = new EngineChunkRunner(_engine);
    }

    /// <summary>Closes the engine: after a failure the next chunk starts with a new one.</summary>
    public async Task CloseAsync()
    {
        if (_engine is not { } engine) return;
        _tokens += engine.Statistics.GeneratedTokens;
        (_engine, _runner, _key) = (null, null, null);
        await engine.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);
}
