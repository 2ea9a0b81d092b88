using System.Globalization;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Stages;

/// <summary>Writes the datasets of one method and iteration; the file of counts comes last.</summary>
internal sealed class DatasetStage(RunContext run)
{
    /// <param name="labels">The method, the iteration, and its votes.</param>
    /// <param name="isRequired">Whether a method that learns from nothing ends the run; else its agents keep their weights.</param>
    /// <param name="unreadable">Answers that spell control tokens and teach nothing.</param>
    /// <param name="failures">As the event has them.</param>
    /// <param name="build">Makes each agent's examples from the transcripts; called only when they are not there yet.</param>
    /// <returns>Number of examples by agent.</returns>
    /// <exception cref="InputException">No agent has any: there is nothing to learn from.</exception>
    public IReadOnlyDictionary<string, int> Run(
        LabelQuality labels, bool isRequired, int unreadable, string? failures, Func<IReadOnlyDictionary<string, IReadOnlyList<ChatExample>>> build)
    {
        var (method, iteration) = (labels.Name, labels.Iteration);
        var countsFile = run.Layout.DatasetCounts(method, iteration);
        var seal = new StageSeal(run.Layout, string.Create(CultureInfo.InvariantCulture, $"{method}-{iteration}-datasets"));
        if (!seal.HasEnded)
        {
            var datasets = build();
            foreach (var (agent, examples) in datasets) DatasetFile.Write(run.Layout.Dataset(method, iteration, agent), examples);
            JsonFile.Write(countsFile, datasets.ToDictionary(dataset => dataset.Key, dataset => dataset.Value.Count));
            seal.Add(hasEnded: true, [.. datasets.Keys.Select(agent => run.Layout.Dataset(method, iteration, agent)), countsFile]);
        }
        var counts = JsonFile.Read<Dictionary<string, int>>(countsFile);
        run.Observer.On(new DatasetsBuilt(labels, counts, unreadable, failures));
        return !isRequired || counts.Values.Any(count => count > 0) ? counts : throw TooFew(labels, failures);
    }

    /// <summary>The size of all datasets of a method and iteration, which are written already.</summary>
    public long Characters(string method, int iteration) =>
        JsonFile.Read<Dictionary<string, int>>(run.Layout.DatasetCounts(method, iteration)).Keys
            .Sum(agent => TrainingBudget.Characters(DatasetFile.Read(run.Layout.Dataset(method, iteration, agent))));

    private static InputException TooFew(LabelQuality labels, string? failures) => new(
        labels.Name, $"iteration {labels.Iteration}",
        "examples for at least one agent (in a new folder: more --training-problems, a lower --minimum-votes, --generator-target last, or a model that answers more often)",
        $"none, as {labels.Describe()}{(failures is null ? "" : $"; {failures}")}");
}
