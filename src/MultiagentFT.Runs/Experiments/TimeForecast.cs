using System.Globalization;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Experiments;

/// <summary>
/// The time that an experiment's runs which have not ended will take, from runs that have: those of this experiment with the same model and task, else with the same
/// model, else other runs of the same model file in the experiment's folder or in those that it takes stages from; all on this machine. A run's seconds for answers are taken to grow with
/// its answers, those for trainings with trainings, problems and epochs, those for diversity with the debates on which it is measured; what a begun run has taken already is subtracted,
/// and what a run takes over takes no time.
/// </summary>
/// <param name="Left">Runs that have not ended.</param>
/// <param name="Known">Those of them whose time can be told.</param>
/// <param name="Seconds">Their time.</param>
/// <param name="Basis">What it is told from, such as <c>2 runs of the same model and task</c>.</param>
public sealed record TimeForecast(int Left, int Known, double Seconds, IReadOnlyList<string> Basis)
{
    private static readonly string[] Kinds = ["of the same model and task", "of the same model on another task", "of the same model outside of the experiment"];

    /// <summary>Reads the run folders in that of an experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">Its folder; may be missing.</param>
    /// <param name="catalog">The methods of the program that made the runs.</param>
    /// <param name="machine">This machine; null to look. Runs of others tell nothing.</param>
    /// <param name="sharing">What the runs take over, which takes no time, and other runs. Null: nothing.</param>
    public static TimeForecast Of(Experiment experiment, string folder, MethodCatalog catalog, Machine? machine = null, ExperimentSharing? sharing = null)
    {
        machine ??= Machine.Current();
        var layouts = experiment.Cells.ToDictionary(cell => cell, cell => new RunLayout(Path.GetFullPath(cell.Folder, Path.GetFullPath(folder))));
        var own = layouts.ToDictionary(cell => cell.Value.Root, cell => cell.Key);
        var measured = MeasuredRun.Of([.. RunSearch.Below(folder), .. sharing?.Others ?? []], catalog).Where(run => (run.Machine.Processor, run.Machine.Cores) == (machine.Processor, machine.Cores)).ToList();
        ExperimentCell[] left = [.. experiment.Cells.Where(cell => !cell.HasEnded(folder, catalog))];
        var (known, seconds) = (0, 0.0);
        var used = Kinds.Select(_ => new HashSet<string>()).ToArray();
        foreach (var cell in left)
        {
            var taken = sharing?.Of(cell);
            var work = TimedWork.Of(cell.Config, catalog, taken);
            var usable = measured.Where(run => run.Work.Answers > 0 && (work.Training == 0 || run.Work.Training > 0)).ToLookup(Kind);
            if (Enumerable.Range(0, Kinds.Length).FirstOrDefault(kind => usable[kind].Any(), -1) is var kind && kind < 0) continue;
            var runs = usable[kind].ToList();
            var (answering, training, diversity) = MeasuredRun.Seconds(layouts[cell], cell.Config, catalog, taken);
            known++;
            seconds += Math.Max(0, work.Answers * runs.Average(run => run.AnsweringSeconds / run.Work.Answers) - answering);
            if (work.Training > 0) seconds += Math.Max(0, work.Training * runs.Average(run => run.TrainingSeconds / run.Work.Training) - training);
            // Where none of the runs measured any, their engine may not be able to.
            var measuring = runs.Where(run => run.Work.Diversity > 0).ToList();
            if (work.Diversity > 0 && measuring.Count > 0) seconds += Math.Max(0, work.Diversity * measuring.Average(run => run.DiversitySeconds / run.Work.Diversity) - diversity);
            used[kind].UnionWith(runs.Select(run => run.Folder));

            int Kind(MeasuredRun run) => own.TryGetValue(run.Folder, out var ended)
                ? ended.Model != cell.Model ? -1 : ended.Task == cell.Task ? 0 : 1
                : IsModelOf(run, cell) ? 2 : -1;
        }
        return new TimeForecast(left.Length, known, seconds, [.. used.Zip(Kinds).Where(kind => kind.First.Count > 0).Select(kind => $"{Runs(kind.First.Count)} {kind.Second}")]);
    }

    /// <summary>One sentence without a full stop; null where nothing is left.</summary>
    public string? Describe()
    {
        if (Left == 0) return null;
        if (Known == 0) return $"time of the {Runs(Left)} left: not known yet, as none of the same model has ended in this folder on this machine";
        var rest = Known < Left ? $"; of {Left - Known} more not known yet" : "";
        return $"time of {(Known < Left ? $"{Known} of the" : "the")} {Runs(Left)} left: about {Duration(Seconds)}, as {string.Join(" and ", Basis)} took it{rest}";
    }

    /// <summary>By name and length: a file of billions of bytes is not read for an estimate.</summary>
    private static bool IsModelOf(MeasuredRun run, ExperimentCell cell) => File.Exists(cell.Config.Model)
        ? Path.GetFileName(run.Model) == Path.GetFileName(cell.Config.Model) && new FileInfo(cell.Config.Model).Length == run.ModelBytes
        : run.Model == cell.Config.Model;

    private static string Runs(int count) => count == 1 ? "1 run" : $"{count} runs";

    private static string Duration(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds switch
    {
        < 90 => $"{seconds:0} s",
        < 90 * 60 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.0} hours",
    }}");
}
