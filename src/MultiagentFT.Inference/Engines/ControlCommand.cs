using MultiagentFT.Inference.Scheduling;

namespace MultiagentFT.Inference.Engines;

/// <summary>Do something to the scheduler and say so.</summary>
internal sealed record ControlCommand(Action<Scheduler> Action) : LaneCommand
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public void Run(Scheduler scheduler)
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
