using MultiagentFT.Inference.Scheduling;

namespace MultiagentFT.Inference.Engines;

/// <summary>Run an action on the scheduler and complete a task with its outcome.</summary>
internal sealed record ControlCommand(Action<Scheduler<GenerationJob>> Action) : LaneCommand
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public void Run(Scheduler<GenerationJob> scheduler)
    {
        try
        {
            Action(scheduler);
            _completion.SetResult();
        }
        catch (Exception error)
        {
            _completion.SetException(error);
        }
    }

    public void Refuse(Exception reason) => _completion.SetException(reason);
}
