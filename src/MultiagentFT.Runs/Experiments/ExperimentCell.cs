using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;

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

    /// <summary>Whether the run has ended, with all iterations that are asked for by now.</summary>
    /// <param name="folder">That of the experiment; may be missing.</param>
    /// <param name="catalog">The methods of the program.</param>
    public bool HasEnded(string folder, MethodCatalog catalog)
    {
        try
        {
            return RunFolder.Holds(Path.Combine(folder, Folder), Config, catalog);
        }
        catch (InputException)
        {
            // What is wrong with it says who opens it.
            return true;
        }
    }

    public override string ToString() => $"{Model}, {Task}, seed {Seed}";
}
