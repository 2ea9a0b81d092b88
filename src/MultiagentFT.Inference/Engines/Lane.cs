using System.Threading.Channels;
using Microsoft.Extensions.ObjectPool;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Engines;

/// <summary>One thread that runs a <see cref="StepLoop"/> and takes commands between its steps.</summary>
internal sealed class Lane
{
    private readonly StepLoop _loop;
    private readonly Action<Exception> _onExit;
    private readonly Channel<LaneCommand> _commands = Channel.CreateUnbounded<LaneCommand>(new() { SingleReader = true });
    private Task _thread = Task.CompletedTask;
    private volatile bool _hasCancelled;
    private volatile Exception? _stop;
    private int _load;

    /// <param name="onExit">Told, on the lane's thread, why it has ended.</param>
    /// <exception cref="InvalidOperationException">The pool could not create a context.</exception>
    public Lane(ObjectPool<IModelContext> pool, ITokenizer tokenizer, bool[] endsGeneration, Action<Exception> onExit)
    {
        _loop = new StepLoop(pool, tokenizer, endsGeneration, Complete);
        _onExit = onExit;
    }

    /// <summary>Sizes as granted.</summary>
    public ContextOptions Options => _loop.Options;

    public EngineStatistics Statistics => _loop.Statistics;

    /// <summary>Requests sent to this lane that have not ended.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Those of them that are in slots.</summary>
    public int Running => _loop.Running;

    /// <summary>Tokens in memory.</summary>
    public long HeldTokens => _loop.HeldTokens;

    /// <summary>Ends when the thread has, its context given back.</summary>
    public Task Exited => _thread;

    public void Start() =>
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Hands over requests; all are in the queue before the next step. When the lane has stopped they end at once.</summary>
    public void Admit(GenerationJob[] jobs)
    {
        Interlocked.Add(ref _load, jobs.Length);
        if (!_commands.Writer.TryWrite(new AdmitCommand(jobs))) Abandon(jobs);
    }

    /// <summary>Runs an action between two steps.</summary>
    /// <returns>A task that ends with the action; null when the lane has stopped.</returns>
    public Task? TryControl(Action<StepLoop> action)
    {
        var command = new ControlCommand(action);
        return _commands.Writer.TryWrite(command) ? command.Completion : null;
    }

    /// <summary>Lets go of an adapter that no request uses any more.</summary>
    public async Task DetachAsync(IRuntimeAdapter adapter)
    {
        try
        {
            if (TryControl(loop => loop.Scheduler.Detach(adapter)) is { } detached) await detached.ConfigureAwait(false);
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

    /// <summary>Gives the context of a lane that was never started back to the pool.</summary>
    public void ReturnContext() => _loop.ReturnContext();

    private void Run()
    {
        try
        {
            while (ReadCommands())
            {
                if (_hasCancelled)
                {
                    _hasCancelled = false;
                    _loop.RemoveCancelled();
                }
                if (_loop.Scheduler.HasWork) _loop.Step();
            }
        }
        catch (Exception error)
        {
            Stop(new GenerationException(FailureKind.Stopped, $"the engine has stopped: {error.Message}", error));
        }
        RefuseCommands();
        _loop.Abandon(_stop!);
        _onExit(_stop!);
    }

    /// <summary>Takes all that has been asked, and waits for something to do; false when the lane is to stop.</summary>
    private bool ReadCommands()
    {
        while (_stop is null)
        {
            while (_commands.Reader.TryRead(out var command)) Obey(command);
            if (_loop.Scheduler.HasWork) return true;
            _loop.Scheduler.VerifyIdle();
            if (!_commands.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) break;
        }
        return false;
    }

    private void Obey(LaneCommand command)
    {
        switch (command)
        {
            case AdmitCommand admit:
                _loop.Enqueue(admit.Jobs);
                // One cancelled on its way here has been noticed too early.
                foreach (var job in admit.Jobs) _hasCancelled |= job.IsCancelled;
                break;
            case ControlCommand control:
                control.Run(_loop);
                break;
        }
    }

    private void RefuseCommands()
    {
        while (_commands.Reader.TryRead(out var command))
        {
            if (command is AdmitCommand admit) Abandon(admit.Jobs);
            else ((ControlCommand)command).Refuse(_stop!);
        }
    }

    private void Abandon(GenerationJob[] jobs)
    {
        foreach (var job in jobs)
        {
            job.Fail(_stop!);
            Complete(job);
        }
    }

    private void Complete(GenerationJob job)
    {
        Interlocked.Decrement(ref _load);
        job.Complete();
    }
}
