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

    /// <exception cref="InputException">A file cannot be read.</exception>
    public static RunInputs Measure(AnsweringConfig config) => new(
        FileFormat.Current,
        [
            InputFile.OfModel(config.Model),
            .. TaskFiles(config).Select(path => InputFile.Measure(path)),
            .. config is RunConfig { EmbeddingModel: { Length: > 0 } embedder } ? [InputFile.OfModel(embedder)] : Array.Empty<InputFile>(),
        ]);

    private static IEnumerable<string> TaskFiles(AnsweringConfig config)
    {
        if (!TaskCatalog.IsGenerated(config.Task)) yield return config.Task;
        if (config is RunConfig { EvaluationTask: { Length: > 0 } evaluation } && !TaskCatalog.IsGenerated(evaluation)) yield return evaluation;
        if (config is RunConfig { Feedback: { Length: > 0 } feedback }) yield return feedback;
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
