using System.Threading.Channels;
using Microsoft.Extensions.ObjectPool;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Sampling;
using MultiagentFT.Inference.Scheduling;

namespace MultiagentFT.Inference.Engines;

/// <summary>One thread that decodes with one context from the pool.</summary>
internal sealed class Lane
{
    /// <summary>Later arrivals of the adapter in use that may overtake, in multiples of the slots.</summary>
    private const int QuantumSlots = 4;

    private readonly ObjectPool<IModelContext> _pool;
    private readonly ITokenizer _tokenizer;
    private readonly bool[] _endsGeneration;
    private readonly Action<Exception> _onDeath;
    private readonly Channel<LaneCommand> _commands = Channel.CreateUnbounded<LaneCommand>(new() { SingleReader = true });
    private readonly AdapterGroupQueue _queue;
    private readonly SchedulerCounters _counters = new();
    private readonly BatchSampler _sampler;
    private readonly DecodeBatch _batch;
    private readonly List<GenerationJob> _drawing = [];
    private readonly List<Sequence> _ended = [];
    private IModelContext _context;
    private bool _hasContext = true;
    private Scheduler _scheduler;
    private Task _thread = Task.CompletedTask;
    private volatile bool _hasCancelled;
    private volatile Exception? _stop;
    private int _load;

    /// <exception cref="InvalidOperationException">The pool could not create a context.</exception>
    public Lane(ObjectPool<IModelContext> pool, ITokenizer tokenizer, bool[] endsGeneration, Action<Exception> onDeath)
    {
        _pool = pool;
        _tokenizer = tokenizer;
        _endsGeneration = endsGeneration;
        _onDeath = onDeath;
        _context = pool.Get();
        _queue = new AdapterGroupQueue(QuantumSlots * _context.Options.Slots);
        _scheduler = new Scheduler(_context, _queue, _counters);
        var threads = Options.Threads == 0 ? Environment.ProcessorCount : Options.Threads;
        _sampler = new BatchSampler(endsGeneration.Length, Options.Slots, threads);
        _batch = new DecodeBatch(_context.Options.BatchTokens);
    }

    /// <summary>Sizes as granted.</summary>
    public ContextOptions Options => _context.Options;

    public EngineStatistics Statistics => _counters.Snapshot();

    /// <summary>Requests sent to this lane that have not ended.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Ends when the thread has, its context given back.</summary>
    public Task Exited => _thread;

    public void Start() =>
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Hands over requests; all are in the queue before the next step. When the lane has stopped they end at once.</summary>
    public void Admit(GenerationJob[] jobs)
    {
        Interlocked.Add(ref _load, jobs.Length);
        if (_commands.Writer.TryWrite(new AdmitCommand(jobs))) return;
        foreach (var job in jobs) Abandon(job);
    }

    /// <summary>Runs an action between two steps.</summary>
    /// <returns>A task that ends with the action; null when the lane has stopped.</returns>
    public Task? TryControl(Action<Scheduler> action)
    {
        var command = new ControlCommand(action);
        return _commands.Writer.TryWrite(command) ? command.Completion : null;
    }

    /// <summary>Lets go of an adapter that no request uses any more.</summary>
    public async Task DetachAsync(IRuntimeAdapter adapter)
    {
        try
        {
            if (TryControl(scheduler => scheduler.Detach(adapter)) is { } detached) await detached.ConfigureAwait(false);
        }
        catch (Exception) when (_stop is not null)
        {
            // The lane lets go of it when it gives its context back.
        }
        if (_stop is not null) await Exited.ConfigureAwait(false);
    }

    /// <summary>Says that some requests have been cancelled, to be looked at before the next step.</summary>
    public void NoticeCancelled() => _hasCancelled = true;

    /// <summary>Lets the thread end all requests with an exception, then itself.</summary>
    public void Stop(Exception reason)
    {
        Interlocked.CompareExchange(ref _stop, reason, null);
        _commands.Writer.TryComplete();
    }

    private void Run()
    {
        try
        {
            while (ReadCommands())
            {
                if (_hasCancelled) RemoveCancelled();
                if (_scheduler.HasWork) Step();
            }
        }
        catch (Exception error)
        {
            Stop(new GenerationException(FailureKind.Stopped, $"the engine has stopped: {error.Message}", error));
        }
        AbandonAll();
        ReturnContext();
        _onDeath(_stop!);
    }

    /// <summary>Takes all that has been asked, and waits for something to do; false when the lane is to stop.</summary>
    private bool ReadCommands()
    {
        while (_stop is null)
        {
            while (_commands.Reader.TryRead(out var command)) Obey(command);
            if (_scheduler.HasWork) return true;
            _scheduler.VerifyIdle();
            if (!_commands.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) break;
        }
        return false;
    }

    private void Obey(LaneCommand command)
    {
        switch (command)
        {
            case AdmitCommand admit:
                _queue.Enqueue(admit.Jobs);
                // One cancelled on its way here has been noticed too early.
                foreach (var job in admit.Jobs) _hasCancelled |= job.IsCancelled;
                break;
            case ControlCommand control:
                control.Run(_scheduler);
                break;
        }
    }

    private void RemoveCancelled()
    {
        _hasCancelled = false;
        _queue.RemoveCancelled(_ended);
        foreach (var sequence in _scheduler.Running)
        {
            if (sequence.IsCancelled) _ended.Add(sequence);
        }
        foreach (var sequence in _ended) ((GenerationJob)sequence).FailCancelled();
        CompleteEnded();
    }

    private void Step()
    {
        try
        {
            if (!_scheduler.Plan(_batch)) return;
            _context.Decode(_batch);
            _scheduler.Advance();
            DrawTokens();
        }
        catch (Exception error)
        {
            Recover(error);
            return;
        }
        CompleteEnded();
    }

    private void DrawTokens()
    {
        _drawing.Clear();
        _sampler.Clear();
        foreach (var sequence in _scheduler.Running)
        {
            if (sequence.OutputRow < 0) continue;
            var job = (GenerationJob)sequence;
            _drawing.Add(job);
            _sampler.Add(_context.Logits(sequence.OutputRow), job.Sampling, job.Generator);
        }
        var tokens = _sampler.Sample();
        var drawn = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var job = _drawing[i];
            if (tokens[i] == Sampler.Failed)
            {
                job.Fail(FailureKind.NotFinite, $"logits: expected finite numbers at position {job.Tokens.Count - 1}, found NaN or no finite maximum");
            }
            else
            {
                job.Append(tokens[i], _endsGeneration[tokens[i]], _tokenizer);
                drawn++;
            }
            if (job.HasEnded) _ended.Add(job);
        }
        _counters.AddGenerated(drawn);
    }

    private void CompleteEnded()
    {
        if (_ended.Count == 0) return;
        foreach (var sequence in _ended)
        {
            if (sequence.Slot is not null) _scheduler.Release(sequence);
        }
        foreach (var sequence in _ended) Complete((GenerationJob)sequence);
        _ended.Clear();
    }

    /// <summary>Ends what was running and begins anew with an empty context; what waits goes on.</summary>
    private void Recover(Exception error)
    {
        _ended.Clear();
        _ended.AddRange(_scheduler.Running);
        ReturnContext();
        _context = _pool.Get();
        _hasContext = true;
        _scheduler = new Scheduler(_context, _queue, _counters);
        foreach (var sequence in _ended)
        {
            var job = (GenerationJob)sequence;
            if (!job.HasEnded) job.Fail(FailureKind.DecodingFailed, $"decoding failed: {error.Message}");
            Complete(job);
        }
        _ended.Clear();
    }

    /// <summary>Gives the context back to the pool: the thread does so at its end, the engine when it never started.</summary>
    public void ReturnContext()
    {
        if (_hasContext) _pool.Return(_context);
        _hasContext = false;
    }

    private void Complete(GenerationJob job)
    {
        Interlocked.Decrement(ref _load);
        job.Complete();
    }

    private void Abandon(GenerationJob job)
    {
        job.Fail(_stop!);
        Complete(job);
    }

    private void AbandonAll()
    {
        _ended.Clear();
        _ended.AddRange(_scheduler.Running);
        _queue.RemoveAll(_ended);
        while (_commands.Reader.TryRead(out var command))
        {
            if (command is AdmitCommand admit) _ended.AddRange(admit.Jobs);
            else ((ControlCommand)command).Refuse(_stop!);
        }
        foreach (var sequence in _ended) Abandon((GenerationJob)sequence);
    }
}
