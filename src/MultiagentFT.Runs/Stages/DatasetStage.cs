using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Stages;

/// <summary>Writes the datasets of one method and iteration; the file of counts comes last.</summary>
internal sealed class DatasetStage(RunContext run)
{
    /// <param name="labels">The method, the iteration, and its votes.</param>
    /// <param name="isRequired">Whether a method that has too little to learn from ends the run; else its agents keep their weights.</param>
    /// <param name="unreadable">Answers that spell control tokens and teach nothing.</param>
    /// <param name="failures">As the event has them.</param>
    /// <param name="build">Makes each agent's examples from the transcripts; called only when they are not there yet.</param>
    /// <returns>Number of examples by agent.</returns>
    /// <exception cref="InputException">No agent has enough to learn from.</exception>
    public IReadOnlyDictionary<string, int> Run(
        LabelQuality labels, bool isRequired, int unreadable, string? failures, Func<TaughtDatasets> build)
    {
        var (method, iteration) = (labels.Name, labels.Iteration);
        var countsFile = run.Layout.DatasetCounts(method, iteration);
        var seal = new StageSeal(run.Layout, new StageId(method, iteration, StageActivity.Datasets).Name);
        if (!seal.HasEnded)
        {
            var datasets = build();
            foreach (var (agent, examples) in datasets.Conversations) DatasetFile.Write(run.Layout.Dataset(method, iteration, agent), examples);
            foreach (var (agent, pairs) in datasets.Pairs) PreferenceFile.Write(run.Layout.Dataset(method, iteration, agent), pairs);
            JsonFile.Write(countsFile, datasets.Counts);
            seal.Add(hasEnded: true, [.. datasets.Counts.Keys.Select(agent => run.Layout.Dataset(method, iteration, agent)), countsFile]);
        }
        var counts = JsonFile.Read<Dictionary<string, int>>(countsFile);
        run.Observer.On(new DatasetsBuilt(labels, counts, unreadable, failures));
        return !isRequired || counts.Values.Any(count => count >= run.MinimumExamples) ? counts : throw TooFew(labels, failures, counts);
    }

    /// <summary>The size of all datasets of a method and iteration that are trained on. They are written already.</summary>
    public long Characters(string method, int iteration) =>
        JsonFile.Read<Dictionary<string, int>>(run.Layout.DatasetCounts(method, iteration)).Where(agent => agent.Value >= run.MinimumExamples)
            .Sum(agent => TrainingBudget.Characters(DatasetFile.Read(run.Layout.Dataset(method, iteration, agent.Key))));

    private InputException TooFew(LabelQuality labels, string? failures, Dictionary<string, int> counts)
    {
        var most = counts.Values.DefaultIfEmpty().Max();
        var here = most >= run.Trainer.MinimumExamples ? $"in this folder: --minimum-examples {most} or fewer; " : "";
        var found = most == 0 ? "none" : string.Join(", ", counts.OrderBy(agent => agent.Key, StringComparer.Ordinal).Select(agent => $"{agent.Key} {agent.Value}"));
        return new InputException(
            labels.Name, $"iteration {labels.Iteration}",
            $"{run.MinimumExamples} examples or more for at least one agent ({here}in a new folder: more --training-problems, a lower --minimum-votes, "
                + "--generator-target last, or a model that answers more often)",
            $"{found}, as {labels.Describe()}{(failures is null ? "" : $"; {failures}")}");
    }
}
