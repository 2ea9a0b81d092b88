using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>A society read back from a run folder, which may still be running.</summary>
/// <param name="Config">The run's configuration: model, prompts, shape of the debate.</param>
/// <param name="Iteration">The iteration that finetuned it last.</param>
/// <param name="Society">Its agents; adapter paths are absolute.</param>
/// <param name="Model">The base model as the run began with it.</param>
public sealed record SavedSociety(RunConfig Config, int Iteration, FinetunedSociety Society, InputFile Model)
{
    /// <summary>The society of the newest iteration whose adapters are all there.</summary>
    /// <exception cref="InputException">Not a run folder, no iteration finished yet, or an adapter file is missing or has changed.</exception>
    public static SavedSociety Latest(string folder)
    {
        var layout = new RunLayout(Path.GetFullPath(folder));
        if (!Directory.Exists(layout.Root)) throw new InputException(folder, null, "a run folder", "no such folder");
        if (!File.Exists(layout.Config)) throw new InputException(folder, null, "a run folder", "a folder without config.json");
        var config = RunConfigFile.Read(layout.Config);
        for (var iteration = config.Iterations; iteration >= 1; iteration--)
        {
            var weights = layout.Weights(iteration, Method.MultiagentFt);
            if (!File.Exists(weights)) continue;
            var society = Read(layout, weights, config.Debate.Agents);
            if (File.Exists(layout.Manifest)) Manifest.Read(layout).Check(layout, [.. society.Adapters().Select(adapter => adapter.File)]);
            return new SavedSociety(config, iteration, society, ModelOf(layout));
        }
        throw new InputException(folder, "adapters", "the society of a finished iteration", "none yet");
    }

    private static InputFile ModelOf(RunLayout layout) =>
        JsonFile.Read<InputFile[]>(layout.Inputs).FirstOrDefault()
            ?? throw new InputException(layout.Inputs, null, "the base model's hash", "none");

    private static FinetunedSociety Read(RunLayout layout, string path, int agents)
    {
        var saved = FinetunedSociety.Of(agents, Weights.Read(path));
        return new FinetunedSociety([.. saved.Generators.Select(Find)], [.. saved.Critics.Select(Find)]);

        AdapterFile? Find(AdapterFile? file)
        {
            if (file is null) return null;
            var adapter = layout.Absolute(file.File);
            return File.Exists(adapter)
                ? file with { File = adapter }
                : throw new InputException(path, file.Name, "the adapter file " + adapter, "no such file");
        }
    }
}
