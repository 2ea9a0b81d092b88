using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Messages;

/// <summary>A piece of work that a worker holds.</summary>
/// <param name="Run">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="Work">Its id.</param>
/// <param name="Delivery">How often it has been given out, this time included.</param>
/// <param name="Seconds">Since the worker took it, by the worker's own clock.</param>
/// <param name="Progress">Of a training that has taken a step; else null.</param>
internal sealed record LeaseEntry(string Run, WorkKind Kind, string Work, int Delivery, double Seconds, TrainingProgress? Progress = null)
{
    public IEnumerable<string> Validate()
    {
        if (Progress is not { } progress) yield break;
        if (progress.Steps < 1 || progress.Step < 0 || progress.Step > progress.Steps) yield return $"leases.progress: expected step 0 to steps, found {progress.Step} of {progress.Steps}";
        if (progress.Tokens < 0) yield return $"leases.progress.tokens: expected 0 or more, found {progress.Tokens}";
    }
}
