using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Training;
using MultiagentFT.Serving;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Cli.Setup;

/// <summary>Runs a configuration in its folder, or reads back what it came to.</summary>
internal sealed class RunJob(Terminal terminal)
{
    /// <summary>Whether a configuration finetunes anything.</summary>
    public static bool Learns(RunConfig config) => MethodCatalog.Default.Of(config).Any(method => method.Learner is not null);

    /// <summary>Whatever can be known to be wrong before anything is written.</summary>
    /// <exception cref="InputException">
    /// The model is not one, or cannot be trained as the configuration asks; the task has too few problems.
    /// </exception>
    public static void Check(RunConfig config, IDebateTask task)
    {
        using (var model = ModelFile.Open(config.Model))
        {
            WeightCheck.Run(model);
            if (config.Iterations > 0 && Learns(config))
            {
                _ = ModelLoader.Shape(model);
                _ = ObjectiveCatalog.Default.Require(config.Training.Objective);
            }
        }
        _ = RunProblems.Draw(config, task);
    }

    /// <exception cref="InputException">As <see cref="RunFolder.Open"/> and <see cref="SelfImprovement.RunAsync"/>.</exception>
    public async Task<Summary> RunAsync(RunConfig config, IDebateTask task, string output, CancellationToken cancellation)
    {
        var isComplete = RunFolder.Holds(output, config);
        if (!isComplete) await ModelProbe.RequireAsync(new ProbeJob(config.Model, [], config.Engine), cancellation).ConfigureAwait(false);
        await using var engine = isComplete ? null : OpenEngine(config);
        using var folder = RunFolder.Open(output, config);
        if (engine is null) return folder.ReadSummary();
        return await ProgressDisplay.ShowAsync(terminal, view =>
        {
            var trainer = new TrainerProcess(TrainerProgram.Current());
            return new SelfImprovement(folder, engine, task, trainer, new RunProgress(view)).RunAsync(cancellation);
        }).ConfigureAwait(false);
    }

    /// <summary>With memory for two societies, as the next one is loaded before the last is freed.</summary>
    private IGenerationEngine OpenEngine(RunConfig config) => EngineFactory.Open(new EngineRequest(config.Model)
    {
        Options = config.Engine,
        Adapters = AdapterDemand.OfRank(2 * 2 * config.Debate.Agents, config.Training.Rank),
        Sampling = config.Debate.Sampling,
        System = config.Prompts.System,
        Log = terminal.Error.WriteLine,
    });
}
