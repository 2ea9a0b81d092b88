namespace MultiagentFT.Runs.Events;

/// <summary>Watches a run, to show it. Called from any thread, also the engine's: be quick, and do not throw.</summary>
public interface IRunObserver
{
    void On(RunEvent happened);
}
