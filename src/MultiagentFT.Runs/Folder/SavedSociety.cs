using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>A society read back from a run folder, which may still be running.</summary>
/// <param name="Config">The run's configuration: model, prompts, shape of the debate.</param>
/// <param name="Society">Its agents; adapter paths are absolute.</param>
public sealed record SavedSociety(RunConfig Config, FinetunedSociety Society)
{
    /// <summary>The society of the newest iteration whose adapters are all there.</summary>
    /// <exception cref="InputException">Not a run folder, no iteration finished yet, or an adapter file is missing.</exception>
    public static SavedSociety Latest(string folder)
    {
        var layout = new RunLayout(Path.GetFullPath(folder));
        if (!Directory.Exists(layout.Root)) throw new InputException(folder, null, "a run folder", "no such folder");
        if (!File.Exists(layout.Config)) throw new InputException(folder, null, "a run folder", "a folder without config.json");
        var config = RunConfigFile.Read(layout.Config);
        for (var iteration = config.Iterations; iteration >= 1; iteration--)
        {
            if (File.Exists(layout.Society(iteration))) return new SavedSociety(config, Read(layout, iteration));
        }
        throw new InputException(folder, "adapters", "the society of a finished iteration", "none yet");
    }

    private static FinetunedSociety Read(RunLayout layout, int iteration)
    {
        var saved = JsonFile.Read<FinetunedSociety>(layout.Society(iteration));
        return saved with { Generators = [.. saved.Generators.Select(Find)], Critics = [.. saved.Critics.Select(Find)] };

        AdapterFile? Find(AdapterFile? file)
        {
            if (file is null) return null;
            var path = layout.Absolute(file.File);
            return File.Exists(path)
                ? file with { File = path }
                : throw new InputException(layout.Society(iteration), file.Name, "the adapter file " + path, "no such file");
        }
    }
}
