namespace MultiagentFT.Inference.Engines;

/// <summary>Run an action on the step loop and complete a task with its outcome.</summary>
internal sealed record ControlCommand(Action<StepLoop> Action) : LaneCommand
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    /// <remarks>Throws what the action has thrown only where no step can follow.</remarks>
    public void Run(StepLoop loop)
    {
        try
        {
            Action(loop);
            _completion.SetResult();
        }
        catch (Exception error)
        {
            _completion.SetException(error);
            if (!loop.HasContext) throw;
        }
    }

    public void Refuse(Exception reason) => _completion.SetException(reason);
}
