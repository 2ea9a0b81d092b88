using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Folder;

/// <summary>A run's folder, held by this process alone until disposed.</summary>
public sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;

    private RunFolder(RunLayout layout, RunConfig config, MethodCatalog catalog, FileStream @lock) =>
        (Layout, Config, Catalog, _lock) = (layout, config, catalog, @lock);

    public RunLayout Layout { get; }

    public RunConfig Config { get; }

    /// <summary>The methods that the configuration chooses from.</summary>
    public MethodCatalog Catalog { get; }

    /// <summary>Whether the run in this folder ended: its manifest is written last.</summary>
    public bool IsComplete => File.Exists(Layout.Manifest);

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
            if (File.Exists(layout.Config)) CheckSame(layout, config, catalog);
            else Initialize(layout, config);
            return new RunFolder(layout, config, catalog, @lock);
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
            if (!File.Exists(layout.Config) && Directory.Exists(layout.Root)
                && Directory.EnumerateFileSystemEntries(layout.Root).Any(entry => !IsOurs(layout, entry)))
            {
                throw new InputException(layout.Root, null, "an empty folder or that of a run", "other files and no config.json");
            }
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

    /// <summary>What a run leaves when it is killed before its configuration is written.</summary>
    private static bool IsOurs(RunLayout layout, string entry) =>
        entry == layout.Lock || entry == layout.Inputs || entry.EndsWith(".json.tmp", StringComparison.Ordinal);

    private static void Initialize(RunLayout layout, RunConfig config)
    {
        JsonFile.Write(layout.Inputs, RunInputs.Measure(config));
        RunConfigFile.Write(layout.Config, config);
    }

    private static void CheckSame(RunLayout layout, RunConfig config, MethodCatalog catalog)
    {
        var before = RunInputs.Read(layout);
        var now = RunInputs.Measure(config);
        var stored = RunConfigFile.Read(layout.Config, catalog: catalog);
        JobDifference.ThrowIfAny(
            $"{layout.Root}: holds a run with another configuration; use its own or another folder",
            JobDifference.Between(stored, before.Files, config, now.Files));
    }
}
