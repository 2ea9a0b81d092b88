using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Training;

namespace MultiagentFT.Runs.Stages;

/// <summary>Trains every agent of a method on its own dataset, from its own current weights, some of them side by side.</summary>
internal sealed class FinetuningStage(RunContext run)
{
    /// <param name="method">Whose agents.</param>
    /// <param name="iteration">From 1.</param>
    /// <param name="agents">Names.</param>
    /// <param name="examples">Size of each agent's dataset; without examples an agent keeps its weights.</param>
    /// <param name="current">Weights so far.</param>
    /// <param name="cancellation">Ends all trainings; finished adapters stay.</param>
    /// <returns>The new weights, the tokens trained and the seconds it took.</returns>
    public async Task<(Weights Weights, long Tokens, double Seconds)> RunAsync(
        Method method,
        int iteration,
        IReadOnlyList<string> agents,
        IReadOnlyDictionary<string, int> examples,
        Weights current,
        CancellationToken cancellation)
    {
        var stage = $"{method.Key()}-{iteration}-finetuning";
        var learning = agents.Where(agent => examples.GetValueOrDefault(agent) > 0).ToList();
        var missing = learning.FindAll(agent => !IsTrained(iteration, agent));
        foreach (var agent in agents.Except(learning)) run.Observer.On(new AgentKept(agent, iteration));
        run.Observer.On(new StageStarted(stage, "adapters", learning.Count - missing.Count, learning.Count));
        if (missing.Count > 0)
            await TrainAsync(stage, method, iteration, missing, learning.Count, current, cancellation).ConfigureAwait(false);

        var seconds = StageClock.Read(run.Layout.Stage(stage));
        run.Observer.On(new StageFinished(stage, seconds, Skipped: missing.Count == 0));
        var tokens = learning.Sum(agent => JsonFile.Read<TrainingReport>(run.Layout.TrainingReport(iteration, agent)).Tokens);
        var weights = learning.Aggregate(current, (before, agent) => before.With(FileOf(iteration, agent)));
        weights.Write(run.Layout.Weights(iteration, method));
        return (weights, tokens, seconds);
    }

    private async Task TrainAsync(
        string stage, Method method, int iteration, List<string> missing, int total, Weights current, CancellationToken cancellation)
    {
        var clock = new StageClock(run.Layout.Stage(stage), run.Time);
        var started = run.Time.GetTimestamp();
        var (done, tokens) = (total - missing.Count, 0L);
        var gate = new Lock();
        var count = TrainerCount.Choose(
            run.Config.Trainers,
            total,
            run.Config.Training,
            run.Engine.Model,
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var options = new ParallelOptions { MaxDegreeOfParallelism = count.Trainers, CancellationToken = cancellation };
        await Parallel.ForEachAsync(missing, options, TrainOneAsync).ConfigureAwait(false);

        async ValueTask TrainOneAsync(string agent, CancellationToken stop)
        {
            var job = JobOf(method, iteration, agent, current, count.Threads);
            var report = await run.Trainer.TrainAsync(job, new AgentProgress(agent, iteration, run.Observer), stop).ConfigureAwait(false);
            run.Observer.On(new AgentTrained(agent, iteration, report));
            lock (gate)
            {
                clock.Save();
                tokens += report.Tokens;
                run.Observer.On(new StageProgressed(stage, ++done, total, tokens, run.Time.GetElapsedTime(started)));
            }
        }
    }

    private TrainingJob JobOf(Method method, int iteration, string agent, Weights current, int threads) => new()
    {
        Model = run.Config.Model,
        Dataset = run.Layout.Dataset(iteration, agent),
        StartAdapter = current.Of(agent) is { } file ? run.Layout.Absolute(file.File) : null,
        Output = run.Layout.Adapter(iteration, agent),
        Seed = run.Seed.Of("finetuning").Of(method.Key()).Of(iteration).Of(agent).Value,
        Options = run.Config.Training with { Threads = threads },
    };

    /// <summary>The report is written after the adapter, so both together mean that the training ended.</summary>
    private bool IsTrained(int iteration, string agent) =>
        File.Exists(run.Layout.Adapter(iteration, agent)) && File.Exists(run.Layout.TrainingReport(iteration, agent));

    private AdapterFile FileOf(int iteration, string agent) =>
        new(agent, iteration, run.Layout.Relative(run.Layout.Adapter(iteration, agent)));

    /// <summary>Unlike <see cref="Progress{T}"/>, reports at once and in order.</summary>
    private sealed class AgentProgress(string agent, int iteration, IRunObserver observer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observer.On(new TrainingProgressed(agent, iteration, value));
    }
}
