using System.Globalization;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>Writes the datasets of one method and iteration; the file of counts comes last.</summary>
internal sealed class DatasetStage(RunContext run)
{
    /// <param name="method">The method's key.</param>
    /// <param name="iteration">From 1.</param>
    /// <param name="unreadable">Answers that spell control tokens and teach nothing.</param>
    /// <param name="build">Makes each agent's examples from the transcripts; called only when they are not there yet.</param>
    /// <returns>Number of examples by agent.</returns>
    public IReadOnlyDictionary<string, int> Run(
        string method, int iteration, int unreadable, Func<IReadOnlyDictionary<string, IReadOnlyList<ChatExample>>> build)
    {
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
        run.Observer.On(new DatasetsBuilt(method, iteration, counts, unreadable));
        return counts;
    }

    /// <summary>The size of all datasets of a method and iteration, which are written already.</summary>
    public long Characters(string method, int iteration) =>
        JsonFile.Read<Dictionary<string, int>>(run.Layout.DatasetCounts(method, iteration)).Keys
            .Sum(agent => TrainingBudget.Characters(DatasetFile.Read(run.Layout.Dataset(method, iteration, agent))));
}
