using System.Text.Json;
using System.Text.Json.Nodes;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Experiments;

/// <summary>Runs that belong together: what an <see cref="ExperimentFile"/> asks for, checked as a whole.</summary>
/// <param name="Name">The title.</param>
/// <param name="Cells">By model, task and seed, in the order of the file.</param>
public sealed record Experiment(string Name, IReadOnlyList<ExperimentCell> Cells)
{
    private static readonly string[] OfCell = ["model", "task", "seed"];

    /// <summary>What lies in the experiment's folder beside those of its models.</summary>
    private static readonly string[] Beside = ["samples", "results.md", "results.json", "results.csv", "results.parquet", "report.html"];

    /// <summary>Reads an experiment file. Nothing is run and nothing written.</summary>
    /// <param name="path">The file: JSON, comments and trailing commas allowed.</param>
    /// <param name="embeddedModel">The GGUF file that <c>embedded</c> stands for.</param>
    /// <param name="catalog">The methods to choose from; null for the default ones.</param>
    /// <param name="locate">The path of a model or a dataset that is named otherwise than by one; null of a path.</param>
    /// <exception cref="InputException">
    /// The file is missing or not JSON, or (all named at once) keys are unknown, values out of range, models or tasks missing or too small.
    /// </exception>
    public static Experiment Read(string path, string embeddedModel, MethodCatalog? catalog = null, Func<string, string?>? locate = null)
    {
        var file = RunConfigFile.ReadAs<ExperimentFile>(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var errors = Errors(file).ToList();
        RunConfigFile.ThrowIfAny(path, errors);
        var run = new RunConfig { Model = embeddedModel };
        if (file.Run is { } settings) run = RunConfigFile.Apply(run, settings, path, "run", folder, locate);
        var cells =
            (from model in file.Models
             from task in file.Tasks.Select(task => FullTask("tasks", task))
             from evaluation in file.EvaluationTasks.Select(task => FullTask("evaluationTasks", task)).Select(evaluation => evaluation == task ? "" : evaluation).DefaultIfEmpty(run.EvaluationTask)
             from seed in file.Seeds
             select Cell(run, model == ExperimentFile.EmbeddedModel ? embeddedModel : ModelPath.Map(model, name => Full("models", name)), task, evaluation, seed)).ToList();
        errors.AddRange(cells.GroupBy(cell => cell.Folder, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1)
            .Select(group => $"expected models and tasks with names of their own, found {group.Count()} runs for {group.Key}"));
        errors.AddRange(NameErrors(cells));
        foreach (var cell in cells) errors.AddRange(Errors(cell, catalog ?? MethodCatalog.Default).Select(error => $"{cell}: {error}"));
        RunConfigFile.ThrowIfAny(path, errors);
        return new Experiment(file.Name.Length > 0 ? file.Name : Path.GetFileNameWithoutExtension(path), cells);

        string FullTask(string key, string task) => TaskCatalog.IsGenerated(task) ? task : Full(key, task);

        string Full(string key, string name) => locate?.Invoke(name) ?? FilePath.Full(name, $"{path}: {key}", folder);
    }

    /// <summary>Checks that what lies in the experiment's folder already is of its runs: with other settings or files one would be refused when its turn comes.</summary>
    /// <param name="folder">The experiment's; may be missing.</param>
    /// <param name="catalog">The methods to choose from.</param>
    /// <param name="measured">Input files that have been measured already, by path; gets the others. Null: none.</param>
    /// <exception cref="InputException">The folder of a run belongs to something else (each difference named).</exception>
    public void Check(string folder, MethodCatalog catalog, IDictionary<string, InputFile>? measured = null)
    {
        measured ??= new Dictionary<string, InputFile>(StringComparer.Ordinal);
        foreach (var cell in Cells) RunFolder.Check(Path.Combine(folder, cell.Folder), cell.Config, catalog, measured);
    }

    private static ExperimentCell Cell(RunConfig run, string model, string task, string evaluation, ulong seed) => new(
        ModelPath.Title(model),
        Path.GetFileNameWithoutExtension(task) + (evaluation == run.EvaluationTask ? "" : $"-on-{Path.GetFileNameWithoutExtension(evaluation)}"),
        run with { Model = model, Task = task, EvaluationTask = evaluation, Seed = seed });

    /// <summary>Names that lead out of the experiment's folder, or to its own files.</summary>
    private static IEnumerable<string> NameErrors(IEnumerable<ExperimentCell> cells) => cells
        .Where(cell => cell.Config.Model.Length > 0)
        .SelectMany(cell => ((string Key, string Name)[])[("models", cell.Model), ("tasks", cell.Task)])
        .Distinct()
        .Where(named => named.Name is "" or "." or ".." || (named.Key == "models" && Beside.Contains(named.Name, StringComparer.OrdinalIgnoreCase)))
        .Select(named => $"{named.Key}: expected files whose names without their ends can name folders of runs, found {(named.Name.Length == 0 ? "one of none" : named.Name)}");

    private static IEnumerable<string> Errors(ExperimentFile file)
    {
        if (file.Models.Count == 0) yield return "models: expected at least one, found none";
        if (file.Tasks.Count == 0) yield return "tasks: expected at least one, found none";
        if (file.Seeds.Count == 0) yield return "seeds: expected at least one, found none";
        if (file.Run is not { } run) yield break;
        if (run.ValueKind != JsonValueKind.Object) yield return $"run: expected an object, found {run.ValueKind.ToString().ToLowerInvariant()}";
        else if (file.EvaluationTasks.Count > 0 && JsonObject.Create(run)!.ContainsKey("evaluationTask"))
            yield return "run.evaluationTask: expected none, as evaluationTasks are given, found one";
        if (run.ValueKind == JsonValueKind.Object) foreach (var key in OfCell.Where(key => JsonObject.Create(run)!.ContainsKey(key))) yield return $"run.{key}: expected {key}s beside run, found it in run";
    }

    private static IEnumerable<string> Errors(ExperimentCell cell, MethodCatalog catalog)
    {
        foreach (var error in cell.Config.Validate(catalog)) yield return error;
        if (!RemoteModel.IsRemote(cell.Config.Model) && !File.Exists(cell.Config.Model)) yield return $"models: expected a GGUF file, found nothing at {cell.Config.Model}";
        string? refusal = null;
        try
        {
            _ = RunProblems.Draw(cell.Config, cell.Config.OpenTask());
        }
        catch (InputException error)
        {
            refusal = error.Message;
        }
        if (refusal is not null) yield return refusal;
    }
}
