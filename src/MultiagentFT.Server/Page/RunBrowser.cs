using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Page;

/// <summary>
/// The debates and results of a run folder, which may still be running. Requests name stages, never files, and a stage is one of those that the folder
/// lists; links, which lead elsewhere, are not followed.
/// </summary>
internal sealed class RunBrowser(string folder)
{
    /// <summary>Stages of a folder that are looked at.</summary>
    private const int MostStages = 1000;

    private readonly Dictionary<string, TranscriptIndex> _indexes = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public RunLayout Layout { get; } = new(FilePath.Full(folder, "run folder"));

    /// <summary>Whether the run has ended.</summary>
    public bool IsFinished => File.Exists(Layout.Manifest);

    /// <summary>In the order of tables, by iteration.</summary>
    public IReadOnlyList<RunStage> Stages()
    {
        var transcripts = new DirectoryInfo(Layout.TranscriptFolder);
        if (!transcripts.Exists || transcripts.LinkTarget is not null) return [];
        return
        [
            .. transcripts.EnumerateFiles("*.jsonl").Take(MostStages).Where(file => file.LinkTarget is null).Select(file => RunStage.Of(file.FullName)).OfType<RunStage>()
                .OrderBy(stage => MethodCatalog.Default.Order(stage.Method)).ThenBy(stage => stage.Method, StringComparer.Ordinal)
                .ThenBy(stage => stage.Iteration).ThenBy(stage => stage.Activity, StringComparer.Ordinal),
        ];
    }

    /// <summary>The debates of a stage.</summary>
    /// <exception cref="ApiException">The run has no such stage, or its file is broken.</exception>
    public TranscriptIndex Debates(string name) => Guarded(() =>
    {
        var stage = Stages().FirstOrDefault(stage => stage.Name == name)
            ?? throw ApiException.NotFound("stage_not_found", "stage", $"stage: expected one of GET /app/overview, found {Printable.Line(name)}");
        lock (_lock)
        {
            if (_indexes.TryGetValue(name, out var known) && known.IsCurrent) return known;
            return _indexes[name] = TranscriptIndex.Read(stage.Path);
        }
    });

    /// <exception cref="ApiException">The stage has no such debate, or its file is broken.</exception>
    public Transcript Debate(string stage, int line)
    {
        var index = Debates(stage);
        if (line < 1 || line > index.Debates.Count)
            throw ApiException.NotFound("debate_not_found", "line", $"line: expected 1 to {index.Debates.Count}, found {line}");
        return Guarded(() => index.Get(index.Debates[line - 1]));
    }

    /// <summary>How the run was configured.</summary>
    /// <exception cref="ApiException">The file is missing or broken.</exception>
    public RunConfig Config() => Guarded(() => RunConfigFile.Read(Own(Layout.Config)));

    /// <summary>Null while the run has not ended.</summary>
    /// <exception cref="ApiException">The file is broken.</exception>
    public Summary? Results() => Guarded(() =>
    {
        _ = Own(Layout.Summary);
        return File.Exists(Layout.Summary) ? Summary.Read(Layout) : null;
    });

    /// <summary>What is wrong with a file of the run is nothing that the request could mend.</summary>
    public static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException error)
        {
            throw new ApiException(409, "run_not_readable", null, error.Message, error);
        }
    }

    private static string Own(string path) => new FileInfo(path).LinkTarget is null ? path : throw new InputException(path, null, "a file", "a link");
}
