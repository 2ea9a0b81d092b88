using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>What a transcript file was asked to hold, kept beside it so that only the same job, or one of more problems, continues it.</summary>
/// <param name="Format">Version of both files, <see cref="FileFormat.Current"/>.</param>
/// <param name="Method">Key of the method that answers.</param>
/// <param name="Split">Where the problems come from.</param>
/// <param name="Problems">How many.</param>
/// <param name="Adapters">Who answers.</param>
/// <param name="Config">Model, prompts, shape of the debate, seed.</param>
/// <param name="Inputs">Model, task and adapters with their hashes: other weights under the same name are another job.</param>
/// <param name="Parts">Earlier numbers of problems, each extended to the next one. Null: none.</param>
/// <param name="Seconds">Wall-clock time of all attempts so far.</param>
public sealed record TranscriptJob(
    int Format,
    string Method,
    Split Split,
    int Problems,
    IReadOnlyList<AgentAdapter> Adapters,
    AnsweringConfig Config,
    IReadOnlyList<InputFile> Inputs,
    IReadOnlyList<int>? Parts = null,
    double Seconds = 0)
{
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static TranscriptJob Of(string method, Split split, int problems, AnsweringConfig config, IReadOnlyList<AgentAdapter> adapters) => new TranscriptJob(
        FileFormat.Current,
        method,
        split,
        problems,
        adapters,
        config,
        [.. RunInputs.Measure(config).Files, .. adapters.Select(adapter => InputFile.Measure(adapter.File))]).WithPaths(Path.GetFullPath);

    /// <summary>Claims a transcript file for this job, which may ask for more problems than the one before.</summary>
    /// <param name="transcripts">The file.</param>
    /// <param name="isBatchInvariant">Whether answers do not depend on those beside them, so that another size of chunks is the same job.</param>
    /// <returns>The job with what is known of earlier attempts.</returns>
    /// <exception cref="InputException">It holds the transcripts of another job (each difference named) or of another format.</exception>
    public TranscriptJob Claim(string transcripts, bool isBatchInvariant = false)
    {
        var path = PathOf(transcripts);
        if (!File.Exists(path) && !File.Exists(transcripts))
        {
            Write(path);
            return this;
        }
        if (!File.Exists(path)) throw new InputException(transcripts, null, $"a new file, or one with its job in {path}", "no such file");
        var before = Read(path);
        if (before.Inputs.Count == 0 || before.Problems < 1 || before.Parts is { } parts && !IsRising(parts, before.Problems))
            throw new InputException(path, null, "the job of transcripts", "one without inputs, or with numbers of problems that do not rise");
        var isLonger = Problems > before.Problems;
        JobDifference.ThrowIfAny(
            $"{transcripts}: holds the answers of another job; use its options and files ({path}), or another file",
            [
                .. JobDifference.Between(
                    before with { Config = Config, Inputs = Inputs, Problems = isLonger ? Problems : before.Problems, Parts = Parts, Seconds = Seconds }, this),
                .. JobDifference.Between(
                    isBatchInvariant ? before.Config with { ChunkProblems = Config.ChunkProblems } : before.Config, before.Inputs, Config, Inputs),
            ]);
        var now = this with { Parts = isLonger ? [.. before.Parts ?? [], before.Problems] : before.Parts, Seconds = before.Seconds };
        if (isLonger) now.Write(path);
        return now;
    }

    /// <summary>Adds the time of an attempt to the job beside a transcript file.</summary>
    public TranscriptJob Spend(string transcripts, double seconds)
    {
        var now = this with { Seconds = Math.Round(Seconds + seconds, 3) };
        now.Write(PathOf(transcripts));
        return now;
    }

    /// <summary>Paths in the file are from its folder on, so that both can move together with what they name.</summary>
    private void Write(string path) => JsonFile.Write(path, WithPaths(file => RelativePath.Of(file, FolderOf(path))));

    private static TranscriptJob Read(string path) =>
        JsonFile.ReadVersioned<TranscriptJob>(path).WithPaths(file => FilePath.Full(file, path, FolderOf(path)));

    /// <param name="map">Of a path that is not empty.</param>
    private TranscriptJob WithPaths(Func<string, string> map) => this with
    {
        Adapters = [.. Adapters.Select(adapter => adapter with { File = map(adapter.File) })],
        Config = Config with { Model = Config.Model.Length == 0 ? "" : ModelPath.Map(Config.Model, map), Task = TaskCatalog.IsGenerated(Config.Task) ? Config.Task : map(Config.Task) },
        Inputs = [.. Inputs.Select(input => input with { Path = ModelPath.Map(input.Path, map) })],
    };

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static string PathOf(string transcripts) => transcripts + ".job.json";

    private static bool IsRising(IReadOnlyList<int> parts, int last) => parts.Append(last).Zip(parts.Prepend(0), (part, before) => part > before).All(rises => rises);
}
