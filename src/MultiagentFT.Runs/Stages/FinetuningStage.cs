using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Training;

namespace MultiagentFT.Runs.Stages;

/// <summary>Trains every agent of a method on its own dataset, from its own current weights, all in one trainer and some side by side.</summary>
internal sealed class FinetuningStage(RunContext run)
{
    /// <param name="stage">Whose agents, and when.</param>
    /// <param name="learner">Whose agents.</param>
    /// <param name="answering">Those of them that answer first prompts, which is what people judge.</param>
    /// <param name="examples">Size of each agent's dataset; with fewer than the least an agent keeps its weights.</param>
    /// <param name="current">Weights so far.</param>
    /// <param name="cancellation">Ends all trainings; finished adapters stay.</param>
    public async Task<FinetuningResult> RunAsync(
        StageId stage,
        ILearner learner,
        IReadOnlyList<string> answering,
        IReadOnlyDictionary<string, int> examples,
        AgentWeights current,
        CancellationToken cancellation)
    {
        var learning = learner.Agents.Where(agent => examples.GetValueOrDefault(agent) >= run.MinimumExamples).ToList();
        var seal = new StageSeal(run.Layout, stage.Name);
        var missing = learning.FindAll(agent => !Outputs(stage, agent).All(seal.Holds));
        foreach (var agent in learner.Agents.Except(learning)) run.Observer.On(new AgentKept(stage, agent, examples.GetValueOrDefault(agent), run.MinimumExamples));
        run.Observer.On(new StageStarted(stage, "adapters", learning.Count - missing.Count, learning.Count));
        if (missing.Count > 0) await TrainAsync(stage, seal, missing, learner.ByPreference, answering, learning.Count, current, cancellation).ConfigureAwait(false);

        var seconds = StageClock.Read(run.Layout.Stage(stage));
        run.Observer.On(new StageFinished(stage, seconds, Skipped: missing.Count == 0));
        var reports = learning.ConvertAll(agent => JsonFile.Read<TrainingReport>(run.Layout.TrainingReport(stage.Method, stage.Iteration, agent)));
        var weights = learning.Aggregate(current, (before, agent) => before.With(FileOf(stage, agent)));
        weights.Write(run.Layout.Weights(stage.Method, stage.Iteration));
        seal.Add(hasEnded: true, run.Layout.Weights(stage.Method, stage.Iteration));
        return new FinetuningResult(
            weights, reports.Sum(report => report.Tokens), seconds, reports.TrueForAll(report => report.LastLoss is not null) ? reports.Average(report => report.LastLoss) : null);
    }

    private async Task TrainAsync(
        StageId stage,
        StageSeal seal,
        List<string> missing,
        IReadOnlyList<string> byPreference,
        IReadOnlyList<string> answering,
        int total,
        AgentWeights current,
        CancellationToken cancellation)
    {
        var clock = new StageClock(run.Layout.Stage(stage), run.Time);
        var started = run.Time.GetTimestamp();
        var (done, tokens) = (total - missing.Count, 0L);
        var gate = new Lock();
        var count = run.Trainer.UsesThisMachine
            ? TrainerCount.Choose(
                run.Config.Trainers,
                total,
                run.Config.Training,
                run.Chunks.Model,
                Environment.ProcessorCount,
                GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            : new TrainerCount(run.Config.Trainers > 0 ? run.Config.Trainers : total, run.Config.Training.Threads);
        try
        {
            await run.Trainer.TrainAllAsync(
                [.. missing.Select(agent => JobOf(stage, agent, byPreference.Contains(agent), answering.Contains(agent), current, count.Threads))],
                run.Trainer.MostAtATime ?? count.Trainers,
                OnProgress,
                OnTrained,
                cancellation).ConfigureAwait(false);
        }
        finally
        {
            clock.Save();
        }

        void OnProgress(int job, TrainingProgress value)
        {
            clock.Tick();
            run.Observer.On(new TrainingProgressed(stage, missing[job], value));
        }

        void OnTrained(int job, TrainingReport report)
        {
            // The report is written after the adapter, and the seal after both: together they mean that the training ended.
            seal.Add(hasEnded: false, Outputs(stage, missing[job]));
            run.Observer.On(new AgentTrained(stage, missing[job], report));
            lock (gate)
            {
                clock.Save();
                tokens += report.Tokens;
                run.Observer.On(new StageProgressed(stage, ++done, total, tokens, run.Time.GetElapsedTime(started)));
            }
        }
    }

    private TrainingJob JobOf(StageId stage, string agent, bool byPreference, bool answers, AgentWeights current, int threads) => new()
    {
        Model = run.Config.Model,
        Dataset = run.Layout.Dataset(stage.Method, stage.Iteration, agent),
        Preferences = answers && run.Config.Feedback.Length > 0 ? run.Config.Feedback : null,
        StartAdapter = current.Of(agent) is { } file ? run.Layout.Absolute(file.File) : null,
        Output = AdapterOf(stage, agent),
        Seed = run.Seed.Of("finetuning").Of(stage.Method).Of(stage.Iteration).Of(agent).Value,
        Options = (byPreference ? run.Config.Preferences.Of(run.Config.Training) : run.Config.Training) with { Threads = threads },
    };

    private string[] Outputs(StageId stage, string agent) =>
        [AdapterOf(stage, agent), run.Layout.TrainingReport(stage.Method, stage.Iteration, agent)];

    private AgentAdapter FileOf(StageId stage, string agent) =>
        new(agent, stage.Iteration, run.Layout.Relative(AdapterOf(stage, agent)));

    private string AdapterOf(StageId stage, string agent) => run.Layout.Adapter(stage.Method, stage.Iteration, agent, run.Trainer.WeightsExtension);
}
