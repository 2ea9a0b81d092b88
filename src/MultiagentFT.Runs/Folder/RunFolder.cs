using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>A run's folder, held by this process alone until disposed.</summary>
public sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;

    private RunFolder(RunLayout layout, RunConfig config, FileStream @lock)
    {
        Layout = layout;
        Config = config;
        _lock = @lock;
    }

    public RunLayout Layout { get; }

    public RunConfig Config { get; }

    /// <summary>Whether the run in this folder ended: its manifest is written last.</summary>
    public bool IsComplete => File.Exists(Layout.Manifest);

    /// <summary>Creates the folder for a new run, or opens it to continue one.</summary>
    /// <exception cref="InputException">
    /// The configuration is invalid, the folder belongs to a run with another configuration or other input files (each
    /// difference named) or to something else, another process runs in it, or it cannot be written.
    /// </exception>
    public static RunFolder Open(string path, RunConfig config)
    {
        RunConfigFile.Check("configuration", config);
        config = config.WithFullPaths();
        var layout = new RunLayout(Path.GetFullPath(path));
        var @lock = Acquire(layout);
        try
        {
            if (File.Exists(layout.Config)) CheckSame(layout, config);
            else Initialize(layout, config);
            return new RunFolder(layout, config, @lock);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

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
        JsonFile.Write(layout.Inputs, InputsOf(config));
        RunConfigFile.Write(layout.Config, config);
    }

    private static void CheckSame(RunLayout layout, RunConfig config)
    {
        var stored = RunConfigFile.Read(layout.Config);
        var before = JsonFile.Read<InputFile[]>(layout.Inputs);
        var now = InputsOf(config);
        // A model is what it contains, wherever it lies: another build has its own copy of the embedded one.
        if (before.Length > 0 && before[0].Sha256 == now[0].Sha256) stored = stored with { Model = config.Model };
        var differences = ConfigDifference.Between(stored, config).ToList();
        if (differences.Count == 0)
        {
            differences.AddRange(before.Zip(now)
                .Where(pair => pair.First.Sha256 != pair.Second.Sha256)
                .Select(pair => $"{pair.Second.Path}: expected SHA-256 {pair.First.Sha256}, found {pair.Second.Sha256}"));
        }
        if (differences.Count > 0)
        {
            throw new InputException(
                $"{layout.Root}: holds a run with another configuration; use its own or another folder\n"
                + string.Join('\n', differences.Select(difference => "  " + difference)));
        }
    }

    /// <summary>The model first.</summary>
    private static InputFile[] InputsOf(RunConfig config) =>
        config.Task == TaskCatalog.Arithmetic ? [InputFile.Measure(config.Model)]
        : [InputFile.Measure(config.Model), InputFile.Measure(config.Task)];
}
