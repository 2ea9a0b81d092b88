using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>The first file of a run folder: its format, and what it reads from elsewhere.</summary>
/// <param name="Format">Version of the folder, <see cref="FileFormat.Current"/>.</param>
/// <param name="Files">The model first, then the files of the task, of the evaluation's task, of feedback, and the model that embeds.</param>
internal sealed record RunInputs(int Format, IReadOnlyList<InputFile> Files)
{
    public InputFile Model => Files[0];

    /// <param name="config">Which files.</param>
    /// <param name="known">Files that have been measured already, by path; gets the others.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static RunInputs Measure(AnsweringConfig config, IDictionary<string, InputFile>? known = null)
    {
        known ??= new Dictionary<string, InputFile>(StringComparer.Ordinal);
        return new RunInputs(FileFormat.Current, [.. Named(config).Select(input => Measured(input.Path, input.IsModel))]);

        InputFile Measured(string path, bool isModel) =>
            known.TryGetValue(path, out var file) ? file : known[path] = isModel ? InputFile.OfModel(path) : InputFile.Measure(path);
    }

    /// <summary>The files by the key of the configuration that names them.</summary>
    /// <exception cref="InputException">They are not those of the configuration.</exception>
    public IReadOnlyDictionary<string, InputFile> Of(AnsweringConfig config)
    {
        string[] keys = [.. Named(config).Select(input => input.Key)];
        if (keys.Length != Files.Count) throw new InputException("inputs", "files", string.Join(", ", keys), $"{Files.Count} files");
        return keys.Zip(Files).ToDictionary(input => input.First, input => input.Second, StringComparer.Ordinal);
    }

    private static IEnumerable<(string Key, string Path, bool IsModel)> Named(AnsweringConfig config)
    {
        yield return ("model", config.Model, true);
        if (!TaskCatalog.IsGenerated(config.Task)) yield return ("task", config.Task, false);
        if (config is not RunConfig run) yield break;
        if (run.EvaluationTask.Length > 0 && !TaskCatalog.IsGenerated(run.EvaluationTask)) yield return ("evaluationTask", run.EvaluationTask, false);
        if (run.Feedback.Length > 0) yield return ("feedback", run.Feedback, false);
        if (run.EmbeddingModel.Length > 0) yield return ("embeddingModel", run.EmbeddingModel, true);
    }

    /// <summary>Writes the file with paths from the run folder on.</summary>
    public void Write(RunLayout layout) => JsonFile.Write(
        layout.Inputs, this with { Files = [.. Files.Select(file => file with { Path = ModelPath.Map(file.Path, path => RelativePath.Of(path, layout.Root)) })] });

    /// <exception cref="InputException">There is no such file, or the folder is of another format.</exception>
    public static RunInputs Read(RunLayout layout)
    {
        var inputs = JsonFile.ReadVersioned<RunInputs>(layout.Inputs);
        inputs = inputs with { Files = [.. inputs.Files.Select(file => file with { Path = ModelPath.Map(file.Path, layout.Absolute) })] };
        return inputs.Files.Count > 0 ? inputs : throw new InputException(layout.Inputs, "files", "the base model", "none");
    }
}
