using Microsoft.Extensions.ObjectPool;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Engines;

/// <summary>
/// Serves requests with contexts from a pool, one in each lane, by continuous batching: of all adapters' requests at once where
/// slots have adapters of their own, else of one adapter's after another's. A request is checked and rendered on its caller's thread, waits in a lane's queue, runs in a slot
/// of that lane's context, and ends at the lane's thread.
/// </summary>
public sealed class PooledEngine : IGenerationEngine
{
    private readonly IModelRuntime _runtime;
    private readonly bool _leaveRuntimeOpen;
    private readonly ObjectPool<IModelContext> _contexts;
    private readonly AdapterCatalog _adapters;
    private readonly Lane[] _lanes;
    private readonly JobFactory _jobs;
    private readonly Lock _admission = new();
    private volatile Exception? _fault;
    private int _isDisposed;

    /// <param name="runtime">The loaded model; disposed with the engine.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="leaveRuntimeOpen">Leaves the runtime to the caller instead.</param>
    /// <exception cref="InputException">An option is out of range; all that are, are named.</exception>
    /// <exception cref="InvalidOperationException">The runtime could not create a context.</exception>
    public PooledEngine(IModelRuntime runtime, EngineOptions options, bool leaveRuntimeOpen = false)
    {
        var problems = options.Validate().ToList();
        // Sizes are planned before, from what the runtime needs: MemoryPlan.Options no longer has a bound.
        if (options.Memory.Length > 0) problems.Add($"memory: expected none, as a MemoryPlan's options have, found {options.Memory}");
        if (problems.Count > 0) throw new InputException("engine options: " + string.Join("; ", problems));
        _runtime = runtime;
        _leaveRuntimeOpen = leaveRuntimeOpen;
        _adapters = new AdapterCatalog(runtime);
        _contexts = new DefaultObjectPoolProvider { MaximumRetained = options.Lanes }
            .Create(new ContextPoolPolicy(runtime, options.ToContextOptions()));
        _lanes = OpenLanes(options.Lanes);
        _jobs = new JobFactory(runtime, _adapters, _lanes[0].Options.SlotContext);
        foreach (var lane in _lanes) lane.Start();
    }

    public ModelDescription Model => _runtime.Model;

    public EngineStatistics Statistics
    {
        get
        {
            var sum = default(EngineStatistics);
            foreach (var lane in _lanes) sum = Sum(sum, lane.Statistics);
            return sum;
        }
    }

    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default)
    {
        ThrowIfStopped();
        return _adapters.LoadAsync(adapter, path, cancellation);
    }

    /// <remarks>Cancellation ends the wait; the adapter is freed nevertheless.</remarks>
    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default)
    {
        ThrowIfStopped();
        return _adapters.TryRemove(adapter) is { } loaded ? FreeAsync(loaded).WaitAsync(cancellation) : Task.CompletedTask;
    }

    public async Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ThrowIfStopped();
        cancellation.ThrowIfCancellationRequested();
        var call = new GenerationCall(1, onText is null ? null : (_, text) => onText(text), null, cancellation);
        Admit(call, [_jobs.Create(call, 0, request)]);
        var results = await call.Completion.ConfigureAwait(false);
        return results[0] is { Finish: FinishReason.Failed } failed ? throw new GenerationException(failed.Failure!) : results[0];
    }

    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        ThrowIfStopped();
        cancellation.ThrowIfCancellationRequested();
        if (requests.Count == 0) return [];
        var call = new GenerationCall(requests.Count, onText, onCompleted, cancellation);
        var jobs = new List<GenerationJob>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            try
            {
                jobs.Add(_jobs.Create(call, i, requests[i]));
            }
            catch (GenerationException error)
            {
                call.Complete(i, GenerationCall.Failed(error.Failure));
            }
        }
        Admit(call, jobs);
        return await call.Completion.ConfigureAwait(false);
    }

    public async Task ClearCacheAsync(CancellationToken cancellation = default)
    {
        ThrowIfStopped();
        foreach (var lane in _lanes)
        {
            var cleared = lane.TryControl(static scheduler => scheduler.Clear());
            if (cleared is null) ThrowIfStopped();
            else await cleared.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Ends all requests as cancelled and frees contexts, adapters and the runtime.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        foreach (var lane in _lanes) lane.Stop(new OperationCanceledException("the engine was disposed"));
        foreach (var lane in _lanes) await lane.Exited.ConfigureAwait(false);
        Free();
        if (!_leaveRuntimeOpen) _runtime.Dispose();
    }

    private static EngineStatistics Sum(EngineStatistics a, EngineStatistics b) => new(
        a.PromptTokens + b.PromptTokens,
        a.CachedTokens + b.CachedTokens,
        a.GeneratedTokens + b.GeneratedTokens,
        a.Steps + b.Steps,
        a.AdapterSwitches + b.AdapterSwitches);

    private Lane[] OpenLanes(int count)
    {
        var ends = new bool[_runtime.Model.VocabularySize];
        for (var token = 0; token < ends.Length; token++) ends[token] = _runtime.Tokenizer.IsEndOfGeneration(token);
        var lanes = new List<Lane>(count);
        try
        {
            while (lanes.Count < count) lanes.Add(new Lane(_contexts, _runtime.Tokenizer, ends, OnLaneExit));
            return [.. lanes];
        }
        catch
        {
            foreach (var lane in lanes) lane.ReturnContext();
            Free();
            throw;
        }
    }

    /// <summary>Hands the jobs of a call to the lanes. Nothing but the requests and the lanes' loads decides where they go.</summary>
    private void Admit(GenerationCall call, List<GenerationJob> jobs)
    {
        if (jobs.Count == 0) return;
        call.OnCancelled(() =>
        {
            foreach (var job in jobs) job.Cancel();
            foreach (var lane in _lanes) lane.NoticeCancelled();
        });
        lock (_admission)
        {
            var parts = LaneAssignment.Assign(jobs, Array.ConvertAll(_lanes, static lane => lane.Load));
            for (var i = 0; i < parts.Length; i++)
            {
                if (parts[i].Count > 0) _lanes[i].Admit([.. parts[i]]);
            }
        }
    }

    private async Task FreeAsync(LoadedAdapter adapter)
    {
        await adapter.RetireAsync().ConfigureAwait(false);
        foreach (var lane in _lanes) await lane.DetachAsync(adapter.Runtime).ConfigureAwait(false);
        _adapters.Free(adapter);
    }

    private void Free()
    {
        (_contexts as IDisposable)?.Dispose();
        _adapters.Dispose();
    }

    private void OnLaneExit(Exception reason)
    {
        _fault ??= reason;
        foreach (var lane in _lanes) lane.Stop(reason);
    }

    private void ThrowIfStopped()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if (_fault is { } fault) throw new GenerationException(FailureKind.Stopped, fault.Message, fault);
    }
}
