using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Experiments;

/// <summary>One run of an experiment.</summary>
/// <param name="Model">Name of the model: its file's, without extension.</param>
/// <param name="Task">Name of the task, likewise; with <c>-on-</c> and that of the evaluation's task where this is another.</param>
/// <param name="Config">The run's configuration.</param>
public sealed record ExperimentCell(string Model, string Task, RunConfig Config)
{
    public ulong Seed => Config.Seed;

    /// <summary>The run's folder in that of the experiment.</summary>
    public string Folder => Path.Combine(Model, Task, $"seed-{Seed}");

    public override string ToString() => $"{Model}, {Task}, seed {Seed}";
}
