namespace MultiagentFT.Runs.Events;

/// <summary>Shows nothing.</summary>
public sealed class SilentObserver : IRunObserver
{
    public void On(RunEvent happened)
    {
    }
}
