using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Sharing;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Experiments;

/// <summary>
/// What the runs of an experiment need not do, as another one has done it: one of the experiment, or one in other folders. Runs that were to be measured on other tasks have the same
/// trainings; one of more iterations has the first ones of one of fewer.
/// </summary>
public sealed class ExperimentSharing
{
    private static readonly HashSet<StageId> None = [];

    private readonly IReadOnlyList<string> _folders;
    private readonly IReadOnlyList<FinishedRun> _others;
    private readonly MethodCatalog _catalog;
    private readonly Dictionary<ExperimentCell, HashSet<StageId>> _shared = [];

    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">Its folder; may be missing.</param>
    /// <param name="reuse">Folders in which, and below which, other runs lie.</param>
    /// <param name="catalog">The methods of the program.</param>
    /// <param name="measured">Input files that have been measured already, by path; gets the others. Null: none.</param>
    /// <exception cref="InputException">A file that a run reads cannot be read.</exception>
    public ExperimentSharing(Experiment experiment, string folder, IReadOnlyList<string> reuse, MethodCatalog catalog, IDictionary<string, InputFile>? measured = null)
    {
        _folders = [.. experiment.Cells.Select(cell => Path.GetFullPath(Path.Combine(folder, cell.Folder)))];
        _others = [.. reuse.SelectMany(other => FinishedRun.Below(other, catalog)).Where(run => !_folders.Contains(run.Folder)).DistinctBy(run => run.Folder)];
        _catalog = catalog;
        measured ??= new Dictionary<string, InputFile>(StringComparer.Ordinal);
        var before = new List<RunOrigin>();
        // Those that have ended give to all others, wherever they stand.
        foreach (var (cell, _) in experiment.Cells.Zip(_folders).OrderBy(cell => !cell.First.HasEnded(folder, catalog)))
        {
            var origin = new RunOrigin(cell.Config, () => RunInputs.Measure(cell.Config, measured), catalog);
            var shared = _shared[cell] = [];
            foreach (var earlier in before) Add(shared, origin.SharedWith(earlier));
            foreach (var run in _others) Add(shared, origin.SharedWith(run.Origin).Where(stage => run.Has(stage.Id)));
            before.Add(origin);
        }
    }

    /// <summary>Folders of the runs outside of the experiment that may give.</summary>
    internal IEnumerable<string> Others => _others.Select(run => run.Folder);

    /// <summary>Stages that a run of the experiment will take over from those before it, or from those in other folders.</summary>
    public IReadOnlySet<StageId> Of(ExperimentCell cell) => _shared.GetValueOrDefault(cell, None);

    /// <summary>Copies into the folder of a run that is about to go on what other runs have made by now.</summary>
    /// <returns>From where; runs that gave nothing are not among them unless they should have.</returns>
    /// <exception cref="InputException">A file of the folder is not as it has to be.</exception>
    public IReadOnlyList<TakenStages> TakeOver(RunFolder folder)
    {
        if (folder.IsComplete) return [];
        var inputs = RunInputs.Read(folder.Layout);
        var origin = new RunOrigin(folder.Config with { ChunkProblems = folder.ChunkProblems }, () => inputs, _catalog);
        var transfer = new StageTransfer(folder.Layout, origin);
        return [.. _folders.Where(path => path != folder.Layout.Root).Select(path => FinishedRun.In(path, _catalog)).OfType<FinishedRun>().Concat(_others)
            .Select(transfer.From).Where(taken => taken.Count > 0 || taken.Refusal is not null)];
    }

    private static void Add(HashSet<StageId> shared, IEnumerable<RunStage> stages)
    {
        foreach (var stage in stages.Where(stage => stage.Needs.All(shared.Contains))) shared.Add(stage.Id);
    }
}
