using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Folder;

/// <summary>A run's folder, held by this process alone until disposed.</summary>
public sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;

    private RunFolder(RunLayout layout, RunConfig config, int chunks, MethodCatalog catalog, FileStream @lock) =>
        (Layout, Config, ChunkProblems, Catalog, _lock) = (layout, config, chunks, catalog, @lock);

    public RunLayout Layout { get; }

    public RunConfig Config { get; }

    /// <summary>Problems of a chunk when the run began; <see cref="Config"/> may ask for others where answers do not depend on it.</summary>
    public int ChunkProblems { get; }

    /// <summary>The methods that the configuration chooses from.</summary>
    public MethodCatalog Catalog { get; }

    /// <summary>Whether the run in this folder ended: its manifest is written last.</summary>
    public bool IsComplete => File.Exists(Layout.Manifest);

    /// <summary>Whether a folder holds a finished run of as many iterations as are asked for, or more.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="config">Of the run.</param>
    /// <param name="catalog">The methods to choose from; null for the default ones.</param>
    /// <exception cref="InputException">The folder is no run of this version.</exception>
    public static bool Holds(string path, RunConfig config, MethodCatalog? catalog = null)
    {
        var layout = new RunLayout(FilePath.Full(path, "--output"));
        return File.Exists(layout.Manifest) && (!File.Exists(layout.Config) || RunConfigFile.Read(layout.Config, catalog: catalog).Iterations >= config.Iterations);
    }

    /// <summary>Whether <see cref="Open"/> would take a folder for the run's, as far as can be told without claiming it.</summary>
    /// <param name="path">The folder; may be missing.</param>
    /// <param name="config">Of the run.</param>
    /// <param name="catalog">The methods to choose from.</param>
    /// <param name="known">Input files that have been measured already, by path; gets the others.</param>
    /// <exception cref="InputException">The folder belongs to a run with another configuration or other input files (each difference named), of another format or to something else.</exception>
    internal static void Check(string path, RunConfig config, MethodCatalog catalog, IDictionary<string, InputFile> known)
    {
        var layout = new RunLayout(FilePath.Full(path, "--output"));
        RefuseForeign(layout);
        if (File.Exists(layout.Config)) _ = Compare(layout, config.WithFullPaths(), catalog, known);
    }

    /// <summary>The result of a run that ended.</summary>
    /// <exception cref="InputException">A file of the folder is not as the run left it.</exception>
    public Summary ReadSummary()
    {
        Manifest.Read(Layout).Check(Layout);
        return Summary.Read(Layout);
    }

    /// <summary>Creates the folder for a new run, or opens it to continue one.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="config">Of the run.</param>
    /// <param name="catalog">The methods to choose from; null for the default ones.</param>
    /// <exception cref="InputException">
    /// The configuration is invalid, the folder belongs to a run with another configuration or other input files (each
    /// difference named), of another format or to something else, another process runs in it, or it cannot be written.
    /// </exception>
    public static RunFolder Open(string path, RunConfig config, MethodCatalog? catalog = null)
    {
        catalog ??= MethodCatalog.Default;
        RunConfigFile.Check("configuration", config, catalog);
        config = config.WithFullPaths();
        var layout = new RunLayout(Path.GetFullPath(path));
        var @lock = Acquire(layout);
        try
        {
            var chunks = config.ChunkProblems;
            if (File.Exists(layout.Config)) chunks = CheckSame(layout, config, catalog);
            else Initialize(layout, config);
            DeleteLeftovers(layout);
            return new RunFolder(layout, config, chunks, catalog, @lock);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Checks that a run of this version lies in a folder.</summary>
    /// <exception cref="InputException">It is of another format.</exception>
    public static void CheckFormat(RunLayout layout) => _ = RunInputs.Read(layout);

    public void Dispose() => _lock.Dispose();

    private static FileStream Acquire(RunLayout layout)
    {
        try
        {
            RefuseForeign(layout);
            Directory.CreateDirectory(layout.Root);
            return new FileStream(layout.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(layout.Lock))
        {
            throw new InputException(layout.Root, null, "a folder that no other process runs in", error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(layout.Root, null, "a folder that can be written", error.Message, error);
        }
    }

    private static void RefuseForeign(RunLayout layout)
    {
        if (!File.Exists(layout.Config) && Directory.Exists(layout.Root)
            && Directory.EnumerateFileSystemEntries(layout.Root).Any(entry => !IsOurs(layout, entry)))
        {
            throw new InputException(layout.Root, null, "an empty folder or that of a run", "other files and no config.json");
        }
    }

    /// <summary>What a run leaves when it is killed before its configuration is written.</summary>
    private static bool IsOurs(RunLayout layout, string entry) =>
        entry == layout.Lock || entry == layout.Inputs || AtomicFile.IsTemporary(entry);

    /// <summary>Parts of files that killed writers have not finished; nobody else writes here.</summary>
    private static void DeleteLeftovers(RunLayout layout)
    {
        foreach (var file in Directory.EnumerateFiles(layout.Root, "*", SearchOption.AllDirectories).Where(AtomicFile.IsTemporary)) File.Delete(file);
    }

    private static void Initialize(RunLayout layout, RunConfig config)
    {
        RunInputs.Measure(config).Write(layout);
        RunConfigFile.Write(layout.Config, config);
    }

    /// <summary>Opens a run for more: what it has is checked and kept, and it is no longer finished.</summary>
    private static void Extend(RunLayout layout, RunConfig config)
    {
        if (File.Exists(layout.Manifest))
        {
            Manifest.Read(layout).Check(layout);
            File.Delete(layout.Manifest);
        }
        RunConfigFile.Write(layout.Config, config);
    }

    /// <returns>The stored problems of a chunk.</returns>
    private static int CheckSame(RunLayout layout, RunConfig config, MethodCatalog catalog)
    {
        var (stored, isMore) = Compare(layout, config, catalog, null);
        if (isMore) Extend(layout, config with { ChunkProblems = stored.ChunkProblems });
        return stored.ChunkProblems;
    }

    /// <returns>The stored configuration, and whether the other asks for more than that.</returns>
    private static (RunConfig Stored, bool IsMore) Compare(RunLayout layout, RunConfig config, MethodCatalog catalog, IDictionary<string, InputFile>? known)
    {
        var before = RunInputs.Read(layout);
        var now = RunInputs.Measure(config, known);
        var stored = RunConfigFile.Read(layout.Config, catalog: catalog);
        var isLonger = config.Iterations > stored.Iterations;
        var isOpen = !File.Exists(layout.Manifest) && LearnsTheSame(layout, stored, config);
        var same = stored with
        {
            ChunkProblems = config.ChunkProblems,
            Iterations = isLonger ? config.Iterations : stored.Iterations,
            MinimumExamples = isOpen ? config.MinimumExamples : stored.MinimumExamples,
        };
        JobDifference.ThrowIfAny(
            $"{layout.Root}: holds a run with another configuration; use its own (iterations may be more) or another folder",
            [.. JobDifference.Between(same, before.Files, config, now.Files).Select(WithReason)]);
        return (stored, isLonger || same.MinimumExamples != stored.MinimumExamples);
    }

    /// <summary>Problems are no settings that can grow: the sentence says what came from those that there are.</summary>
    private static string WithReason(string difference) => difference switch
    {
        _ when difference.StartsWith("trainingProblems:", StringComparison.Ordinal) => $"{difference}; all that its agents have learned comes from as many",
        _ when difference.StartsWith("evaluationProblems:", StringComparison.Ordinal) => $"{difference}; all of its methods and iterations are measured on the same",
        _ => difference,
    };

    /// <summary>Whether the same agents would have been finetuned so far with the other least number of examples.</summary>
    private static bool LearnsTheSame(RunLayout layout, RunConfig stored, RunConfig config) =>
        config.MinimumExamples == stored.MinimumExamples
        || stored.Methods.SelectMany(method => Enumerable.Range(1, stored.Iterations).Select(iteration => (Method: method, Iteration: iteration)))
                .Where(stage => Directory.Exists(Path.GetDirectoryName(layout.Weights(stage.Method, stage.Iteration))))
                .SelectMany(stage => JsonFile.Read<Dictionary<string, int>>(layout.DatasetCounts(stage.Method, stage.Iteration)).Values)
                .All(count => (count >= stored.MinimumExamples) == (count >= config.MinimumExamples));
}
