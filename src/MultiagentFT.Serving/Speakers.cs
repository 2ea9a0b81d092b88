using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Serving;

/// <summary>Who answers, and how: the agents of a debate with the files of their weights.</summary>
/// <param name="Config">Model, prompts, shape of the debate.</param>
/// <param name="Iteration">The iteration that finetuned the agents; 0 for those of the base model or of single files.</param>
/// <param name="Society">An adapter, or null for the base model, for each agent.</param>
/// <param name="Files">The adapters' files, absolute.</param>
internal sealed record Speakers(RunConfig Config, int Iteration, Society Society, IReadOnlyList<AgentAdapter> Files)
{
    /// <summary>Paths of <see cref="Files"/>.</summary>
    public IReadOnlyList<string> Paths => [.. Files.Select(file => file.File)];

    /// <summary>Agents that share the base model's weights.</summary>
    public static Speakers OfBase(RunConfig config) => new(config, 0, Society.OfBase(config.Debate.Agents), []);

    /// <summary>The newest society of a run folder.</summary>
    /// <exception cref="InputException">The configuration asks for another number of agents than the society has.</exception>
    public static Speakers OfSociety(RunConfig config, SavedSociety saved)
    {
        var agents = saved.Config.Debate.Agents;
        if (config.Debate.Agents != agents)
            throw new InputException("--agents", null, $"the {agents} agents of the society", $"{config.Debate.Agents}");
        return new Speakers(config, saved.Iteration, saved.Society, saved.Adapters);
    }

    /// <summary>Adapter files: one that all agents share, or one for each generator and then one for each critic.</summary>
    /// <exception cref="InputException">Another number of files.</exception>
    public static Speakers OfFiles(RunConfig config, IReadOnlyList<string> paths)
    {
        var agents = config.Debate.Agents;
        if (paths.Count != 1 && paths.Count != 2 * agents)
        {
            throw new InputException(
                "--adapter", null, $"1 file for all agents, or {2 * agents}: one a generator, then one a critic", $"{paths.Count}");
        }
        AgentAdapter[] files = [.. paths.Select((path, index) => new AgentAdapter($"adapter-{index + 1}", 1, Path.GetFullPath(path)))];
        var adapters = Enumerable.Range(0, 2 * agents).Select(index => files[paths.Count == 1 ? 0 : index].Adapter()).ToArray();
        return new Speakers(config, 0, new Society(adapters[..agents], adapters[agents..]), files);
    }

    /// <exception cref="InputException">A file is not an adapter of the engine's model.</exception>
    public async Task LoadAsync(IGenerationEngine engine, CancellationToken cancellation)
    {
        foreach (var file in Files) await engine.LoadAdapterAsync(file.Adapter(), file.File, cancellation).ConfigureAwait(false);
    }
}
