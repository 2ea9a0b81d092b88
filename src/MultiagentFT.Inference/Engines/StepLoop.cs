using System.Diagnostics;
using Microsoft.Extensions.ObjectPool;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Scoring;

namespace MultiagentFT.Inference.Engines;

/// <summary>The steps of one lane: schedules jobs into the slots of a context from the pool, decodes, draws tokens. One thread at a time.</summary>
internal sealed class StepLoop
{
    /// <summary>Later arrivals of the adapter in use that may overtake, in multiples of the slots.</summary>
    private const int QuantumSlots = 4;

    private readonly ObjectPool<IModelContext> _pool;
    private readonly Action<GenerationJob> _complete;
    private readonly AdapterGroupQueue<GenerationJob> _queue;
    private readonly SchedulerCounters _counters = new();
    private readonly TokenDraw _draw;
    private readonly DecodeBatch _batch;
    private readonly List<GenerationJob> _ended = [];
    private readonly int _vocabularySize;
    private IModelContext _context;

    /// <param name="pool">Lends the context.</param>
    /// <param name="tokenizer">Of the model.</param>
    /// <param name="endsGeneration">[vocabulary]: whether a token ends an answer.</param>
    /// <param name="complete">Told of every job that has ended, once no slot and no queue holds it.</param>
    /// <exception cref="InvalidOperationException">The pool could not create a context.</exception>
    public StepLoop(ObjectPool<IModelContext> pool, ITokenizer tokenizer, bool[] endsGeneration, Action<GenerationJob> complete)
    {
        (_pool, _complete, _vocabularySize) = (pool, complete, endsGeneration.Length);
        _context = pool.Get();
        _queue = new AdapterGroupQueue<GenerationJob>(QuantumSlots * Options.Slots);
        Scheduler = new Scheduler<GenerationJob>(_context, _queue, _counters);
        _draw = new TokenDraw(tokenizer, endsGeneration, Options);
        _batch = new DecodeBatch(Options.BatchTokens);
    }

    /// <summary>Sizes as granted.</summary>
    public ContextOptions Options => _context.Options;

    /// <summary>False once the context has been given back: no step follows.</summary>
    public bool HasContext { get; private set; } = true;

    public EngineStatistics Statistics => _counters.Snapshot();

    /// <summary>Sequences in slots.</summary>
    public int Running => _counters.Running;

    /// <summary>Tokens in memory.</summary>
    public long HeldTokens => _counters.HeldTokens;

    /// <summary>Another one after a decode call has failed.</summary>
    public Scheduler<GenerationJob> Scheduler { get; private set; }

    public void Enqueue(GenerationJob[] jobs) => _queue.Enqueue(jobs);

    /// <summary>One step, if there is anything to compute. When it fails, the running jobs fail with it.</summary>
    public void Step()
    {
        var began = EngineTelemetry.StepDuration.Enabled ? Stopwatch.GetTimestamp() : 0;
        try
        {
            if (!Scheduler.Plan(_batch)) return;
            _context.Decode(_batch);
            Scheduler.Advance();
            _counters.AddGenerated(_draw.Draw(_context, Scheduler.Running, _ended));
        }
        catch (Exception error)
        {
            Recover(error);
            return;
        }
        if (began != 0)
        {
            EngineTelemetry.StepDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            EngineTelemetry.StepRows.Record(_batch.Count);
        }
        CompleteEnded();
    }

    /// <summary>Scores answers.</summary>
    /// <inheritdoc cref="Use" path="/exception"/>
    public void Score(IReadOnlyList<ScoringJob> jobs, CancellationToken cancellation) => Use(context =>
    {
        var scorer = new ContextScorer(context, _vocabularySize);
        foreach (var job in jobs) job.Score = scorer.Score(job, cancellation);
    });

    /// <summary>Embeds texts.</summary>
    /// <inheritdoc cref="Use" path="/exception"/>
    public void Embed(IReadOnlyList<EmbeddingJob> jobs, CancellationToken cancellation) => Use(context =>
    {
        if (jobs.Count == 0) return;
        context.GiveHidden(true);
        try
        {
            var embedder = new ContextEmbedder(context);
            foreach (var job in jobs) job.Embedding = embedder.Embed(job, cancellation);
        }
        finally
        {
            context.GiveHidden(false);
        }
    });

    /// <summary>Ends the jobs that have been cancelled.</summary>
    public void RemoveCancelled()
    {
        _queue.RemoveCancelled(_ended);
        foreach (var job in Scheduler.Running)
        {
            if (job.IsCancelled) _ended.Add(job);
        }
        foreach (var job in _ended) job.FailCancelled();
        CompleteEnded();
    }

    /// <summary>Ends all jobs with an exception and gives the context back. No step follows.</summary>
    public void Abandon(Exception reason)
    {
        _ended.Clear();
        _ended.AddRange(Scheduler.Running);
        _queue.RemoveAll(_ended);
        foreach (var job in _ended)
        {
            job.Fail(reason);
            _complete(job);
        }
        ReturnContext();
    }

    /// <summary>Gives the context back to the pool, unless that has been done.</summary>
    public void ReturnContext()
    {
        if (HasContext) _pool.Return(_context);
        HasContext = false;
    }

    /// <summary>Does something else with the context, which is empty before and after.</summary>
    /// <exception cref="InvalidOperationException">A sequence runs or waits.</exception>
    /// <exception cref="GenerationException">Decoding failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    private void Use(Action<IModelContext> action)
    {
        Scheduler.Vacate();
        try
        {
            try
            {
                action(_context);
            }
            finally
            {
                Scheduler.Clear();
                _context.SetAdapter(null);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Recover(error);
            throw new GenerationException(FailureKind.DecodingFailed, $"decoding failed: {error.Message}", error);
        }
    }

    private void CompleteEnded()
    {
        foreach (var job in _ended)
        {
            if (job.Slot is not null) Scheduler.Release(job);
        }
        Scheduler.ReportLoad();
        if (_ended.Count == 0) return;
        foreach (var job in _ended) _complete(job);
        _ended.Clear();
    }

    /// <summary>Ends what was running and begins anew with an empty context; what waits goes on.</summary>
    private void Recover(Exception error)
    {
        _ended.Clear();
        _ended.AddRange(Scheduler.Running);
        ReturnContext();
        _context = _pool.Get();
        HasContext = true;
        Scheduler = new Scheduler<GenerationJob>(_context, _queue, _counters);
        Scheduler.ReportLoad();
        foreach (var job in _ended)
        {
            if (!job.HasEnded) job.Fail(FailureKind.DecodingFailed, $"decoding failed: {error.Message}");
            _complete(job);
        }
        _ended.Clear();
    }
}
