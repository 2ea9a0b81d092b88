using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>What every stage of a run works with.</summary>
internal sealed record RunContext(
    RunFolder Folder, IChunkRunner Chunks, IDebateTask Task, ITrainer Trainer, IRunObserver Observer, TimeProvider Time)
{
    public RunConfig Config => Folder.Config;

    public RunLayout Layout => Folder.Layout;

    /// <summary>With fewer examples an agent keeps its weights.</summary>
    public int MinimumExamples => Math.Max(Config.MinimumExamples, Trainer.MinimumExamples);

    public Seed Seed => new(Folder.Config.Seed);
}
