using Microsoft.Extensions.ObjectPool;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Scoring;

namespace MultiagentFT.Inference.Engines;

/// <summary>
/// Serves requests by continuous batching, with one context in each lane. Where the runtime's slots have adapters of their
/// own, requests of all agents share a step; otherwise those of one adapter run together, then those of the next. A request is
/// checked and rendered on its caller's thread, waits in a lane's queue, runs in a slot of that lane's context, and ends on the
/// lane's thread.
/// </summary>
public sealed class GenerationEngine : IGenerationEngine, IAnswerScorer, ITextEmbedder
{
    private readonly IModelRuntime _runtime;
    private readonly bool _leaveRuntimeOpen;
    private readonly ObjectPool<IModelContext> _contexts;
    private readonly AdapterCatalog _adapters;
    private readonly Lane[] _lanes;
    private readonly JobFactory _jobs;
    private readonly ScoringJobFactory _scoring;
    private readonly Lock _admission = new();
    private readonly CallGate _gate = new();
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _fault;

    /// <param name="runtime">The loaded model; disposed with the engine.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="leaveRuntimeOpen">Leaves the runtime to the caller instead.</param>
    /// <exception cref="InputException">An option is out of range; all that are, are named.</exception>
    /// <exception cref="InvalidOperationException">The runtime could not create a context.</exception>
    public GenerationEngine(IModelRuntime runtime, EngineOptions options, bool leaveRuntimeOpen = false)
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
        _scoring = new ScoringJobFactory(runtime, _adapters, _lanes[0].Options.SlotContext);
        foreach (var lane in _lanes) lane.Start();
    }

    public ModelDescription Model => _runtime.Model;

    public string? FindMarkup(string text) => ControlMarkup.Of(_runtime.ChatTemplate, _runtime.Tokenizer).Find(text);

    public bool IsBatchInvariant => _runtime.IsBatchInvariant;

    public EngineStatistics Statistics
    {
        get
        {
            var sum = default(EngineStatistics);
            foreach (var lane in _lanes) sum = Sum(sum, lane.Statistics);
            return sum;
        }
    }

    public Exception? Fault => _fault;

    public EngineLoad Load
    {
        get
        {
            var (running, all, held) = (0, 0, 0L);
            foreach (var lane in _lanes)
            {
                running += lane.Running;
                all += lane.Load;
                held += lane.HeldTokens;
            }
            var sizes = _lanes[0].Options;
            var capacity = (long)sizes.AllSlots * sizes.SlotContext * _lanes.Length;
            return new EngineLoad(running, Math.Max(0, all - running), sizes.Slots * _lanes.Length, held, capacity, _adapters.Count);
        }
    }

    public async Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default)
    {
        using var pass = Enter();
        await _adapters.LoadAsync(adapter, path, cancellation).ConfigureAwait(false);
    }

    /// <remarks>Cancellation ends the wait; the adapter is freed nevertheless.</remarks>
    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default)
    {
        using var pass = Enter();
        return _adapters.TryRemove(adapter) is { } loaded ? FreeAsync(loaded).WaitAsync(cancellation) : Task.CompletedTask;
    }

    public async Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        var call = new GenerationCall(1, onText is null ? null : (_, text) => onText(text), null, cancellation);
        using (Enter())
        {
            cancellation.ThrowIfCancellationRequested();
            Admit(call, [_jobs.Create(call, 0, request)]);
        }
        var results = await call.Completion.ConfigureAwait(false);
        return results[0] is { Finish: FinishReason.Failed } failed ? throw new GenerationException(failed.Failure!) : results[0];
    }

    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        var call = new GenerationCall(requests.Count, onText, onCompleted, cancellation);
        using (Enter())
        {
            cancellation.ThrowIfCancellationRequested();
            if (requests.Count == 0) return [];
            Admit(call, Create(call, requests));
        }
        return await call.Completion.ConfigureAwait(false);
    }

    public async Task ClearCacheAsync(CancellationToken cancellation = default)
    {
        using var pass = Enter();
        foreach (var lane in _lanes)
        {
            var cleared = lane.TryControl(static loop => loop.Scheduler.Clear()) ?? Task.FromException(_fault ?? Disposed());
            await cleared.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<AnswerScore>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation = default)
    {
        using var pass = Enter();
        cancellation.ThrowIfCancellationRequested();
        var scores = new AnswerScore[requests.Count];
        var jobs = Create(requests, _scoring.Create, (index, failure) => scores[index] = new AnswerScore([], [], [], failure));
        try
        {
            await ShareAsync(jobs, (loop, part) => loop.Score(part, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            jobs.ForEach(job => job.Release());
        }
        foreach (var job in jobs) scores[job.Index] = job.Score!;
        return scores;
    }

    public async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        using var pass = Enter();
        cancellation.ThrowIfCancellationRequested();
        var embeddings = new TextEmbedding[texts.Count];
        var jobs = Create(
            texts,
            (index, text) => EmbeddingJob.Create(index, text, _runtime.Tokenizer, _lanes[0].Options.SlotContext),
            (index, failure) => embeddings[index] = new TextEmbedding([], failure));
        await ShareAsync(jobs, (loop, part) => loop.Embed(part, cancellation)).ConfigureAwait(false);
        foreach (var job in jobs) embeddings[job.Index] = job.Embedding!;
        return embeddings;
    }

    /// <summary>Ends all requests with <see cref="FailureKind.Stopped"/>, then frees contexts, adapters and the runtime.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_gate.Close())
        {
            await _freed.Task.ConfigureAwait(false);
            return;
        }
        try
        {
            foreach (var lane in _lanes) lane.Stop(Disposed());
            foreach (var lane in _lanes) await lane.Exited.ConfigureAwait(false);
            await _gate.EmptyAsync().ConfigureAwait(false);
            Free();
            if (!_leaveRuntimeOpen) _runtime.Dispose();
        }
        finally
        {
            _freed.SetResult();
        }
    }

    private static GenerationException Disposed() => new(FailureKind.Stopped, "the engine was disposed while requests ran");

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

    private List<GenerationJob> Create(GenerationCall call, IReadOnlyList<GenerationRequest> requests)
    {
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
        return jobs;
    }

    /// <summary>The jobs of what can be served; the rest get their failures.</summary>
    private static List<TJob> Create<T, TJob>(IReadOnlyList<T> requests, Func<int, T, TJob> create, Action<int, GenerationFailure> fail)
    {
        var jobs = new List<TJob>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            try
            {
                jobs.Add(create(i, requests[i]));
            }
            catch (GenerationException error)
            {
                fail(i, error.Failure);
            }
        }
        return jobs;
    }

    /// <summary>Has each idle lane do its part, perhaps an empty one. Neighbours stay together, as one may begin like the other.</summary>
    private Task ShareAsync<TJob>(List<TJob> jobs, Action<StepLoop, TJob[]> act)
    {
        var each = (jobs.Count + _lanes.Length - 1) / _lanes.Length;
        return Task.WhenAll(_lanes.Select((lane, index) =>
        {
            TJob[] part = [.. jobs.Skip(index * each).Take(each)];
            return lane.TryControl(loop => act(loop, part)) ?? Task.FromException(_fault ?? Disposed());
        }));
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
        using var pass = _gate.Enter();
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

    /// <exception cref="ObjectDisposedException">The engine has been disposed.</exception>
    /// <exception cref="GenerationException">The engine has stopped by itself.</exception>
    private CallGate.Pass Enter()
    {
        var pass = _gate.Enter();
        if (_fault is not { } fault) return pass;
        pass.Dispose();
        throw new GenerationException(FailureKind.Stopped, fault.Message, fault);
    }
}
