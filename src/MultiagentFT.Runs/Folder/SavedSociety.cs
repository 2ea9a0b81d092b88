using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Folder;

/// <summary>A society read back from a run folder, which may still be running.</summary>
/// <param name="Config">The run's configuration: model, prompts, shape of the debate.</param>
/// <param name="Iteration">The iteration that finetuned it last.</param>
/// <param name="Society">Who speaks.</param>
/// <param name="Adapters">The files of its adapters, absolute.</param>
/// <param name="Model">The base model as the run began with it.</param>
public sealed record SavedSociety(RunConfig Config, int Iteration, Society Society, IReadOnlyList<AgentAdapter> Adapters, InputFile Model)
{
    /// <summary>
    /// The society of the newest iteration that has ended. One whose files are missing or changed is an error: an older one never
    /// answers in its place.
    /// </summary>
    /// <param name="folder">A run folder.</param>
    /// <param name="catalog">The methods of the program that made it; null for the default ones.</param>
    /// <exception cref="InputException">Not a run folder, no iteration finished yet, or an adapter file is missing or has changed.</exception>
    public static SavedSociety Latest(string folder, MethodCatalog? catalog = null)
    {
        catalog ??= MethodCatalog.Default;
        var layout = new RunLayout(Path.GetFullPath(folder));
        if (!Directory.Exists(layout.Root)) throw new InputException(folder, null, "a run folder", "no such folder");
        if (!File.Exists(layout.Config)) throw new InputException(folder, null, "a run folder", "a folder without config.json");
        var inputs = RunInputs.Read(layout);
        var config = RunConfigFile.Read(layout.Config, catalog: catalog);
        var manifest = File.Exists(layout.Manifest) ? Manifest.Read(layout) : null;
        if (catalog.Of(config).LastOrDefault(method => method is { Role: MethodRole.FinetunedSociety, Learner: not null }) is { } method)
        {
            for (var iteration = config.Iterations; iteration >= 1; iteration--)
            {
                var file = layout.Weights(method.Key, iteration);
                var stage = new StageId(method.Key, iteration, StageActivity.Finetuning).Name;
                if (!File.Exists(file))
                {
                    if (manifest is null && !StageSeal.EndedOnce(layout, stage)) continue;
                    throw new InputException(file, null, $"the adapters of iteration {iteration}, which the run in {folder} has finished", "no such file");
                }
                var weights = AgentWeights.Read(file);
                var society = method.Learner!(config).Speakers(weights);
                AgentAdapter[] adapters = [.. weights.Of(society.Adapters).Select(adapter => Find(layout, file, adapter))];
                manifest?.Check(layout, [layout.Config, layout.Inputs, file, .. adapters.Select(adapter => adapter.File)]);
                if (manifest is null) _ = new StageSeal(layout, stage);
                return new SavedSociety(config, iteration, society, adapters, inputs.Model);
            }
        }
        throw new InputException(folder, "adapters", "the society of a finished iteration", "none yet");
    }

    private static AgentAdapter Find(RunLayout layout, string source, AgentAdapter adapter)
    {
        var path = layout.Absolute(adapter.File);
        return File.Exists(path)
            ? adapter with { File = path }
            : throw new InputException(source, adapter.Name, "the adapter file " + path, "no such file");
    }
}
